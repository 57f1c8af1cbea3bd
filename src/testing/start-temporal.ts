import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { connect, createServer } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import type { TestWorkflowEnvironment } from '@temporalio/testing';
import { findServer } from './find-server.js';
import { TestingError } from './testing-error.js';

/** @public */
export interface TemporalOptions {
  /** A file that keeps everything over `restart`. @defaultValue none: all is in memory */
  readonly database?: string;
  /** Of the server's dynamic configuration, beside one that makes timers exact. Example: `['matching.enableFairness=true']`. @defaultValue none */
  readonly settings?: readonly string[];
}

/** How long a server may take to answer, in milliseconds, and between two looks at whether it does. */
const START_LIMIT = 60_000;
const INTERVAL = 20;

/** Ports that are tried one after the other where they are taken meanwhile. */
const MOST_STARTS = 5;

/** Characters kept of what the server says first, for the error when it ends: the reason comes before the stacks of a crash. */
const KEPT_OUTPUT = 4_000;

/**
 * A Temporal dev server of a test's own, on a free port of loopback. It ends with the process that started it; end it with `stop` before that, also where a test
 * fails, as `afterAll` of most runners does.
 *
 * @public
 */
export interface TestTemporal {
  /** Client and connections to it; they find it again after `restart`. */
  readonly environment: TestWorkflowEnvironment;
  /** `host:port`. */
  readonly address: string;
  /** Ends it as a machine that loses power would (`SIGKILL`). */
  kill(): Promise<void>;
  /**
   * Starts it again where it was, after `kill`: same port, same database.
   *
   * @throws TestingError `testing.no-database`, `testing.server-failed`
   */
  restart(): Promise<void>;
  stop(): Promise<void>;
}

class DevServer implements TestTemporal {
  readonly environment: TestWorkflowEnvironment;
  readonly #start: () => Promise<ChildProcess>;
  readonly #canRestart: boolean;
  #process: ChildProcess;

  constructor(environment: TestWorkflowEnvironment, process: ChildProcess, start: () => Promise<ChildProcess>, canRestart: boolean) {
    this.environment = environment;
    this.#process = process;
    this.#start = start;
    this.#canRestart = canRestart;
  }

  get address(): string {
    return this.environment.address;
  }

  async kill(): Promise<void> {
    await killProcess(this.#process);
  }

  async restart(): Promise<void> {
    if (!this.#canRestart) {
      throw new TestingError(
        'testing.no-database',
        'Expected a server with a database to start again, got one that kept all in memory.',
        'Name a file as database when you start it.',
      );
    }
    await this.kill();
    this.#process = await this.#start();
  }

  async stop(): Promise<void> {
    await this.environment.teardown();
    await this.kill();
  }
}

/**
 * Starts Temporal's dev server: the one that `KAMACHIQ_TEMPORAL_SERVER` names, else the SDK's download of it, which is kept for a day.
 *
 * @throws TestingError `testing.server-failed`
 *
 * @public
 */
export async function startTemporal({ database, settings = [] }: TemporalOptions = {}): Promise<TestTemporal> {
  const program = await findServer();
  const parameters = [
    ...['server', 'start-dev', '--headless', '--ip', '127.0.0.1', '--log-level', 'error'],
    ...(database === undefined ? [] : ['--db-filename', database]),
    // Without it a timer takes a second at least.
    ...['history.timerProcessorMaxTimeShift="10ms"', ...settings].flatMap((setting) => ['--dynamic-config-value', setting]),
  ];
  const { port, server } = await startOnFreePort(program, parameters);
  const start = () => startProcess(program, parameters, port);
  try {
    const { TestWorkflowEnvironment } = await import('@temporalio/testing');
    const environment = await TestWorkflowEnvironment.createFromExistingServer({ address: `127.0.0.1:${port}` });
    return new DevServer(environment, server, start, database !== undefined);
  } catch (error) {
    await killProcess(server);
    throw error;
  }
}

/**
 * Starts Temporal's test server, where days pass in no time: the one that `KAMACHIQ_TIME_SKIPPING_SERVER` names, else the SDK's download of it. End it with
 * `teardown`, also where a test fails: it outlives the process otherwise.
 *
 * @public
 */
export async function startTimeSkippingTemporal(): Promise<TestWorkflowEnvironment> {
  const { TestWorkflowEnvironment } = await import('@temporalio/testing');
  const path = process.env.KAMACHIQ_TIME_SKIPPING_SERVER;
  return TestWorkflowEnvironment.createTimeSkipping(
    path === undefined || path === '' ? {} : { server: { executable: { type: 'existing-path', path } } },
  );
}

/** Other processes look for ports too: between the look and the server's own a port may be taken. */
async function startOnFreePort(program: string, parameters: readonly string[]): Promise<{ readonly port: number; readonly server: ChildProcess }> {
  for (let start = 1; ; start += 1) {
    const port = await freePort();
    try {
      return { port, server: await startProcess(program, parameters, port) };
    } catch (error) {
      if (start === MOST_STARTS || !(error instanceof Error && /address already in use/i.test(error.message))) throw error;
    }
  }
}

async function startProcess(program: string, parameters: readonly string[], port: number): Promise<ChildProcess> {
  const server = spawn(program, [...parameters, '--port', `${port}`], { stdio: ['ignore', 'pipe', 'pipe'] });
  const end = () => server.kill('SIGKILL');
  let output = '';
  const keep = (chunk: Buffer | string) => {
    output = (output + chunk.toString()).slice(0, KEPT_OUTPUT);
  };
  server.stdout.on('data', keep);
  server.stderr.on('data', keep);
  server.once('error', ({ message }) => keep(message));
  process.once('exit', end);
  server.once('exit', () => process.off('exit', end));
  const deadline = Date.now() + START_LIMIT;
  while (!(await answers(port))) {
    if (isRunning(server) && Date.now() < deadline) {
      await delay(INTERVAL);
      continue;
    }
    await killProcess(server);
    throw new TestingError(
      'testing.server-failed',
      `Expected a Temporal server on port ${port} from ${program}, got none: ${
        output
          .trim()
          .split('\n')
          .filter((line) => !/^\s/.test(line))
          .slice(0, 3)
          .join(' ') || 'it said nothing.'
      }`,
      'Run it by itself; free disk space and memory, or mend the database.',
    );
  }
  return server;
}

/** The port is open a moment before the server serves; a client that finds it closed would wait a second before it looks again. */
async function answers(port: number): Promise<boolean> {
  if (!(await isOpen(port))) return false;
  const { Connection } = await import('@temporalio/client');
  try {
    const connection = await Connection.connect({ address: `127.0.0.1:${port}`, connectTimeout: 2_000 });
    await connection.workflowService.describeNamespace({ namespace: 'default' }).finally(() => connection.close());
    return true;
  } catch {
    return false;
  }
}

function isOpen(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => resolve(false));
  });
}

/** A process that could not be started has no number. */
const isRunning = ({ pid, exitCode, signalCode }: ChildProcess) => pid !== undefined && exitCode === null && signalCode === null;

async function killProcess(server: ChildProcess): Promise<void> {
  if (!isRunning(server)) return;
  server.kill('SIGKILL');
  await once(server, 'exit');
}

async function freePort(): Promise<number> {
  const server = createServer();
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  return typeof address === 'object' && address !== null ? address.port : 0;
}
