import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir } from 'node:fs/promises';
import { dirname } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { Connection } from '@temporalio/client';
import { findInCache } from './find-in-cache.js';
import { findProgram, isExecutable } from './find-program.js';
import { freePort } from './free-port.js';
import { usageError } from './usage-error.js';

/** How long a server may take to answer, in milliseconds. */
const START_LIMIT = 60_000;

/** Ports that are tried one after the other where they are taken meanwhile. */
const MOST_STARTS = 5;

/** Characters kept of what the server says first, for the error when it ends: the reason comes before the stacks of a crash. */
const KEPT_OUTPUT = 4_000;

/** A Temporal dev server of our own. @public */
export interface DevServer {
  readonly address: string;
  readonly webAddress: string;
  /** Resolves when the process has ended. */
  readonly ended: Promise<void>;
  stop(): Promise<void>;
}

/** Where a dev server keeps its histories and listens. @public */
export interface DevServerOptions {
  /** Keeps the histories over restarts. */
  readonly databaseFile: string;
  /** The only port that will do. @defaultValue any free one */
  readonly port?: number;
  /** The same of its Web UI. @defaultValue any free one */
  readonly webPort?: number;
}

/**
 * Starts the Temporal CLI's dev server on loopback, with its Web UI and a database file, and waits until it answers.
 *
 * @throws KamachiqError `cli.no-temporal`, `cli.port-taken`, `cli.server-failed`
 *
 * @public
 */
export async function startDevServer(options: DevServerOptions): Promise<DevServer> {
  const program = await findTemporal();
  // Other processes look for ports too: between our look and the server's own a port may be taken, and one that was insisted on is refused with the next look.
  for (let start = 1; ; start += 1) {
    try {
      return await startOnFreePorts(program, options);
    } catch (error) {
      if (start === MOST_STARTS || !(error instanceof Error && /address already in use/i.test(error.message))) throw error;
    }
  }
}

async function startOnFreePorts(program: string, options: DevServerOptions): Promise<DevServer> {
  const port = await freePort(options.port);
  const webPort = await freePort(options.webPort);
  await mkdir(dirname(options.databaseFile), { recursive: true });
  const parameters = [
    'server',
    'start-dev',
    '--ip',
    '127.0.0.1',
    '--port',
    `${port}`,
    '--ui-port',
    `${webPort}`,
    '--db-filename',
    options.databaseFile,
    '--log-level',
    'error',
  ];
  const server = spawn(program, parameters, { stdio: ['ignore', 'pipe', 'pipe'], detached: true });
  let output = '';
  const keep = (chunk: Buffer) => {
    output = (output + chunk.toString()).slice(0, KEPT_OUTPUT);
  };
  server.stdout.on('data', keep);
  server.stderr.on('data', keep);
  const ended = new Promise<void>((resolve) => {
    server.once('exit', () => resolve());
    server.once('error', () => resolve());
  });
  const stop = () => stopProcess(server, ended);
  // Whatever ends this process must not leave a server behind.
  process.once('exit', () => server.kill('SIGKILL'));
  const address = `127.0.0.1:${port}`;
  try {
    await answers(address, ended, () => output);
  } catch (error) {
    await stop();
    throw error;
  }
  return { address, webAddress: `http://127.0.0.1:${webPort}`, ended, stop };
}

/** The environment's word, else the PATH, else what the set-up script fetched. */
async function findTemporal(): Promise<string> {
  const named = process.env.KAMACHIQ_TEMPORAL_SERVER;
  if (named !== undefined && named !== '') {
    if (await isExecutable(named)) return named;
    throw usageError(
      'no-temporal',
      `Expected KAMACHIQ_TEMPORAL_SERVER to name the Temporal CLI, got ${named}.`,
      'Correct the path or remove the variable.',
    );
  }
  const found = (await findProgram('temporal')) ?? (await findInCache('temporal'));
  if (found !== null) return found;
  throw usageError(
    'no-temporal',
    'Expected the Temporal CLI on the PATH, got none.',
    'Install it (macOS: brew install temporal; elsewhere: see the Temporal CLI documentation), or set KAMACHIQ_TEMPORAL_SERVER to its path.',
  );
}

async function answers(address: string, ended: Promise<void>, output: () => string): Promise<void> {
  let over = false;
  void ended.then(() => {
    over = true;
  });
  const deadline = Date.now() + START_LIMIT;
  for (;;) {
    try {
      const connection = await Connection.connect({ address, connectTimeout: 2_000 });
      await connection.workflowService.describeNamespace({ namespace: 'default' });
      await connection.close();
      return;
    } catch (cause) {
      if (over || Date.now() > deadline) {
        const said = output().trim().split('\n').slice(0, 3).join(' ');
        throw usageError(
          'server-failed',
          `Expected a Temporal server on ${address}, got none: ${said || 'it said nothing.'}`,
          'Free disk space and memory, or name other ports.',
          cause,
        );
      }
      await delay(100);
    }
  }
}

async function stopProcess(server: ChildProcess, ended: Promise<void>): Promise<void> {
  if (server.exitCode !== null || server.signalCode !== null) return;
  server.kill('SIGTERM');
  const killer = setTimeout(() => server.kill('SIGKILL'), 5_000);
  await Promise.race([ended, once(server, 'exit')]);
  clearTimeout(killer);
}
