import { type ChildProcess, spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';

/** What generated code is told about the host, to attack it. */
export interface AttackTarget {
  readonly folder: string;
  readonly secretFile: string;
  readonly port: number;
  /** Name of an abstract Unix socket, without its leading NUL. */
  readonly socketName: string;
  readonly pid: number;
}

/** A real piece of the host: a secret in a file and in the environment, a listening server, another process. */
export class HostTarget {
  readonly secret = `secret-${randomUUID()}`;
  connections = 0;
  #folder = '';
  #servers: Server[] = [];
  #victim: ChildProcess | null = null;
  #socketName = `kamachiq-${randomUUID()}`;

  async start(): Promise<AttackTarget> {
    this.#folder = await mkdtemp(path.join(tmpdir(), 'kamachiq-target-'));
    const secretFile = path.join(this.#folder, 'secret.txt');
    await writeFile(secretFile, this.secret, { mode: 0o644 });
    process.env.KAMACHIQ_TEST_SECRET = this.secret;
    const port = await this.#listen(0);
    if (process.platform === 'linux') await this.#listen(`\0${this.#socketName}`);
    this.#victim = spawn(process.execPath, ['--eval', 'setInterval(() => {}, 1e9)'], { stdio: 'ignore' });
    return { folder: this.#folder, secretFile, port, socketName: this.#socketName, pid: this.#victim.pid! };
  }

  get victimIsAlive(): boolean {
    return this.#victim !== null && this.#victim.exitCode === null && this.#victim.signalCode === null;
  }

  /** Names of the files in the folder; `secret.txt` alone, unless somebody wrote there. */
  async files(): Promise<readonly string[]> {
    return (await readdir(this.#folder)).sort();
  }

  async stop(): Promise<void> {
    delete process.env.KAMACHIQ_TEST_SECRET;
    this.#victim?.kill('SIGKILL');
    await Promise.all(this.#servers.map((server) => new Promise((resolve) => server.close(resolve))));
    await rm(this.#folder, { recursive: true, force: true });
  }

  async #listen(place: number | string): Promise<number> {
    const server = createServer((socket) => {
      this.connections += 1;
      socket.end('HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\nhi');
      socket.on('error', () => undefined);
      socket.resume();
    });
    this.#servers.push(server);
    await new Promise<void>((resolve) => (typeof place === 'number' ? server.listen(place, '127.0.0.1', resolve) : server.listen(place, resolve)));
    const address = server.address();
    return typeof address === 'object' && address !== null ? address.port : 0;
  }
}
