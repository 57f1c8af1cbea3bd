import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { CreateBucketCommand, S3Client } from '@aws-sdk/client-s3';

/** What this machine lacks to run the suites of S3, as the test summary reads it from their titles; empty when it lacks nothing. */
export const missingForS3 = (): string =>
  process.env.KAMACHIQ_S3_SERVER ? '' : ' [needs KAMACHIQ_S3_SERVER, the program weed of SeaweedFS, which npm test fetches]';

/** A SeaweedFS of its own on loopback, with a bucket: a server that people keep their objects in, as one process with its files in a folder. */
export class S3Server {
  readonly endpoint: string;
  readonly bucket = 'contents';
  readonly credentials = { accessKeyId: 'kamachiq', secretAccessKey: 'kamachiq-secret' };
  /** Behind the store's back. */
  readonly client: S3Client;
  readonly #process: ChildProcess;
  readonly #left: readonly string[];

  private constructor(child: ChildProcess, port: number, left: readonly string[]) {
    this.#process = child;
    this.#left = left;
    this.endpoint = `http://127.0.0.1:${port}`;
    const { endpoint, credentials } = this;
    this.client = new S3Client({ endpoint, credentials, region: 'us-east-1', forcePathStyle: true });
  }

  static async start(): Promise<S3Server> {
    const folder = await mkdtemp(join(tmpdir(), 'kamachiq-s3-'));
    const [data, identities] = [join(folder, 'data'), join(folder, 'identities.json')];
    await mkdir(data);
    const credentials = [{ accessKey: 'kamachiq', secretKey: 'kamachiq-secret' }];
    await writeFile(identities, JSON.stringify({ identities: [{ name: 'test', credentials, actions: ['Admin', 'Read', 'Write', 'List'] }] }));
    const ports = await freePorts(8);
    const of = (part: string, index: number) => [`-${part}.port=${ports[index]}`, `-${part}.port.grpc=${ports[index + 1]}`];
    const words = [
      'server',
      `-dir=${data}`,
      '-ip=127.0.0.1',
      '-ip.bind=127.0.0.1',
      ...PARTS.flatMap((part, index) => of(part, index * 2)),
      '-s3',
      `-s3.config=${identities}`,
      '-s3.iam=false',
      '-s3.port.iceberg=0',
      '-s3.port.lance=0',
      `-s3.localSocket=${join(folder, 's3.sock')}`,
      `-filer.localSocket=${join(folder, 'filer.sock')}`,
      '-master.telemetry=false',
      '-master.volumeSizeLimitMB=64',
      '-volume.max=20',
      '-volume.preStopSeconds=0',
    ];
    const child = spawn(process.env.KAMACHIQ_S3_SERVER!, words, { cwd: folder, stdio: ['ignore', 'ignore', 'pipe'] });
    let said = '';
    child.stderr!.setEncoding('utf8').on('data', (text: string) => {
      said = (said + text).slice(-4_000);
    });
    // It puts them there wherever its folder is.
    const sockets = PARTS.map((part, index) => `/tmp/seaweedfs-${part}-grpc-${ports[index * 2 + 1]}.sock`);
    const server = new S3Server(child, ports[6]!, [folder, ...sockets]);
    await server.#ready(() => said);
    return server;
  }

  /** Halts the server where it stands, as a machine that hangs would. */
  freeze(): void {
    this.#process.kill('SIGSTOP');
  }

  thaw(): void {
    this.#process.kill('SIGCONT');
  }

  /** At once: in order it would take a quarter of a minute, for what is thrown away. */
  async stop(): Promise<void> {
    this.client.destroy();
    if (this.#process.exitCode === null && this.#process.signalCode === null) {
      this.#process.kill('SIGKILL');
      await once(this.#process, 'exit');
    }
    for (const path of this.#left) await rm(path, { recursive: true, force: true });
  }

  /** Its parts find each other one after the other: it is ready once it takes a bucket. */
  async #ready(said: () => string): Promise<void> {
    for (;;) {
      if (this.#process.exitCode !== null) throw new Error(`The S3 server ended at once: ${said()}`);
      const made = await this.client.send(new CreateBucketCommand({ Bucket: this.bucket })).then(
        () => true,
        (error: Error) => error.name === 'BucketAlreadyOwnedByYou',
      );
      if (made) return;
      await delay(100);
    }
  }
}

const PARTS = ['master', 'volume', 'filer', 's3'];

async function freePorts(count: number): Promise<readonly number[]> {
  const servers = await Promise.all(
    Array.from({ length: count }, async () => {
      const server = createServer().listen(0, '127.0.0.1');
      await once(server, 'listening');
      return server;
    }),
  );
  const ports = servers.map((server) => (server.address() as { readonly port: number }).port);
  await Promise.all(servers.map((server) => new Promise((resolve) => server.close(resolve))));
  return ports;
}
