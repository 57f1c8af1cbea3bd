import { spawn, spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { type CancellationSignal, type Sandbox, SandboxError, type SandboxRequest, type SandboxRun } from 'kamachiq';
import { assetFile } from '../asset-file.js';
import { checkRequest } from '../check-request.js';
import { ANSWERS, Interpreter } from '../interpreter.js';
import { runInvocations } from '../run-invocations.js';
import { Turnstile } from '../turnstile.js';
import { type BubblewrapPrograms, bubblewrapCommand } from './bubblewrap-command.js';
import { findProgram } from './find-program.js';

const START_MILLISECONDS = 30_000;
const INSTALL = 'apt-get install bubblewrap python3 util-linux';

/** How {@link bubblewrapSandbox} runs. @public */
export interface BubblewrapSandboxOptions {
  /** Runs at once; others wait, at no cost to their wall time. @default the number of processors */
  readonly concurrency?: number;
}

/**
 * Runs the system's Python behind Linux namespaces built by `bwrap`: starts in tens of milliseconds and has processes and threads.
 *
 * @throws SandboxError from `doRun`, `sandbox.unavailable` where `bwrap`, `prlimit`, `python3` or user namespaces are missing.
 *
 * @public
 */
export function bubblewrapSandbox(options: BubblewrapSandboxOptions = {}): Sandbox {
  return new BubblewrapSandbox(options);
}

class BubblewrapSandbox implements Sandbox {
  readonly specificationVersion = 1;
  readonly languages: readonly string[] = ['python'];
  readonly #turnstile: Turnstile;
  #id: string | null = null;
  #closed = false;

  constructor({ concurrency }: BubblewrapSandboxOptions) {
    this.#turnstile = new Turnstile(concurrency ?? availableParallelism());
  }

  get id(): string {
    this.#id ??= `bubblewrap/${askVersion('bwrap')} python/${askVersion('python3', '/usr/')}`;
    return this.#id;
  }

  async doRun(request: SandboxRequest, signal: CancellationSignal): Promise<SandboxRun> {
    checkRequest(request, this.languages);
    return this.#turnstile.pass(async () => {
      if (this.#closed)
        throw unavailable('expected an open sandbox, got one that was closed', 'Create another sandbox, or close this one after its last run.');
      const interpreter = await launchPython(request);
      return runInvocations(interpreter, request, signal, request.limits.memoryBytes);
    }, signal);
  }

  async doClose(): Promise<void> {
    this.#closed = true;
  }
}

async function launchPython({ limits }: SandboxRequest): Promise<Interpreter> {
  // A Python of the user's own, outside /usr, would need its folder let in.
  const python = findProgram('python3', '/usr/');
  const programs = findPrograms();
  if (python === null) {
    throw unavailable(`expected python3 below /usr, got ${findProgram('python3') ?? 'none on the PATH'}`, `Install it with: ${INSTALL}.`);
  }
  // The runner goes in as text: the process that reads it may not be allowed to read the host's folder.
  const source = `${readFileSync(assetFile('runner.py'), 'utf8')}\nserve(${ANSWERS})\n`;
  const environment = {
    HOME: '/tmp',
    PATH: '/usr/bin:/bin',
    LC_ALL: 'C.UTF-8',
    PYTHONHASHSEED: '0',
    PYTHONDONTWRITEBYTECODE: '1',
    NO_COLOR: '1',
    COLUMNS: '80',
  };
  const [file, ...parameters] = bubblewrapCommand(programs, [python, '-S', '-s', '-c', source], limits, environment);
  const interpreter = new Interpreter(spawn(file!, parameters, { cwd: '/', env: {}, stdio: ['pipe', 'ignore', 'pipe', 'pipe'] }));
  const timer = setTimeout(() => void interpreter.kill('time-limit'), START_MILLISECONDS);
  const line = await interpreter.nextLine();
  clearTimeout(timer);
  if (line?.startsWith('{"ready":')) return interpreter;
  await interpreter.kill('closed');
  throw unavailable(
    `expected bubblewrap to start Python, got: ${interpreter.lastWords.slice(-600) || 'nothing'}`,
    'Check that this system lets an ordinary user make user namespaces (kernel.unprivileged_userns_clone, user.max_user_namespaces), or use pyodideSandbox.',
  );
}

function findPrograms(): BubblewrapPrograms {
  const isRoot = process.getuid?.() === 0;
  const [bwrap, prlimit, setpriv] = ['bwrap', 'prlimit', 'setpriv'].map((name) => findProgram(name)) as [string | null, string | null, string | null];
  const missing = [bwrap === null ? 'bwrap' : '', prlimit === null ? 'prlimit' : '', isRoot && setpriv === null ? 'setpriv' : ''].filter(Boolean);
  if (bwrap === null || prlimit === null || missing.length > 0) {
    throw unavailable(`expected bwrap and prlimit on the PATH, got none of: ${missing.join(', ')}`, `Install them on Linux with: ${INSTALL}.`);
  }
  return { bwrap, prlimit, setpriv: isRoot ? setpriv : null };
}

function askVersion(program: string, below = '/'): string {
  const file = findProgram(program, below);
  const answer = file === null ? '' : spawnSync(file, ['--version'], { env: {}, encoding: 'utf8', timeout: 5000 }).stdout;
  return /\d+(\.\d+)+/.exec(answer)?.[0] ?? 'missing';
}

function unavailable(message: string, remedy: string): SandboxError {
  return new SandboxError({ code: 'sandbox.unavailable', message, remedy });
}
