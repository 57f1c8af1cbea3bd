import type { CancellationSignal } from '../ports/language-model.js';
import type { Observation, Sandbox, SandboxLimits } from '../ports/sandbox.js';
import type { SourceFile } from '../ports/source-file.js';
import type { Check, CheckOutcome } from './check.js';
import { judgeObservation } from './judge-observation.js';

/** Ten seconds, 384 MiB, 20,000 characters: enough for checks of small programs, too little to hurt. @public */
export const DEFAULT_SANDBOX_LIMITS: SandboxLimits = { wallMilliseconds: 10_000, memoryBytes: 384 * 1024 * 1024, outputCharacters: 20_000 };

/** Time for all runs of one kind of check together, in milliseconds: at the start, for each check, and at most. A review has ten minutes for everything. */
const TIME_TO_START = 10_000;
const TIME_FOR_EACH = 1_000;
const TIME_FOR_ALL = 300_000;

/**
 * Executes checks on files in a fresh sandbox and compares in the host. The outcomes stand in the order of the checks.
 *
 * Files with a role (tests, documentation) hold expected values: only runs of a test suite see them, in a sandbox of their own. Inspections come before
 * everything else, and after one that fails nothing is executed, no test suite either. Many checks share the wall time of a run; one that
 * had less than half of it to itself, and those behind it, go on in another fresh sandbox, for five minutes in all.
 *
 * @param options - `limits` are those of each run. @defaultValue `DEFAULT_SANDBOX_LIMITS`
 *
 * @public
 */
export async function runChecks(options: {
  readonly sandbox: Sandbox;
  readonly language: string;
  readonly files: readonly SourceFile[];
  readonly checks: readonly Check[];
  readonly signal: CancellationSignal;
  readonly limits?: SandboxLimits;
}): Promise<readonly CheckOutcome[]> {
  const { files, checks } = options;
  const of = (...kinds: readonly Check['invocation']['kind'][]) => checks.filter(({ invocation }) => kinds.includes(invocation.kind));
  const program = files.filter(({ role }) => role === undefined);
  const inspections = of('inspect');
  const observed = new Map(await observe(options, program, [...inspections, ...of('call', 'command')]));
  const refused = inspections.some((check) => !judgeObservation(check, observed.get(check) ?? UNANSWERED).passed);
  const suites = of('test-suite');
  const ofSuites = refused ? suites.map((check) => [check, NOT_EXECUTED] as const) : await observe(options, files, suites);
  for (const [check, observation] of ofSuites) observed.set(check, observation);
  return checks.map((check) => judgeObservation(check, observed.get(check) ?? UNANSWERED));
}

async function observe(
  options: Parameters<typeof runChecks>[0],
  files: readonly SourceFile[],
  checks: readonly Check[],
): Promise<readonly (readonly [Check, Observation])[]> {
  const ends = Date.now() + Math.min(TIME_FOR_ALL, TIME_TO_START + TIME_FOR_EACH * checks.length);
  const observed: (readonly [Check, Observation])[] = [];
  while (observed.length < checks.length) {
    const left = checks.slice(observed.length);
    const { observations, crowdedOut } = await observeOnce(options, files, left);
    const answered = crowdedOut === null || Date.now() >= ends ? left.length : crowdedOut;
    observed.push(...left.slice(0, answered).map((check, index) => [check, observations[index] ?? UNANSWERED] as const));
  }
  return observed;
}

/** What is seen of an invocation that was not made because an inspection had failed. @internal */
export const NOT_EXECUTED: Observation = {
  status: 'stopped',
  reason: 'not-started',
  detail: 'nothing is executed beside a file that was refused by reading it',
};

const UNANSWERED: Observation = { status: 'stopped', reason: 'not-started', detail: 'the sandbox did not answer' };

/** One run. `crowdedOut` is the place of a check that ran out of time because those before it had used it up, or null. */
async function observeOnce(
  { sandbox, language, signal, limits = DEFAULT_SANDBOX_LIMITS }: Parameters<typeof runChecks>[0],
  files: readonly SourceFile[],
  checks: readonly Check[],
): Promise<{ readonly observations: readonly Observation[]; readonly crowdedOut: number | null }> {
  let lastAnswer = Date.now();
  const goesOnAfter = (observation: Observation, index: number) => {
    // What was stopped ran until now; its time is told from the answer before.
    if (observation.status !== 'stopped') lastAnswer = Date.now();
    return checks[index]!.invocation.kind !== 'inspect' || judgeObservation(checks[index]!, observation).passed;
  };
  const invocations = checks.map(({ invocation }) => invocation);
  const { observations } = await sandbox.doRun({ language, files, invocations, limits, goesOnAfter }, signal);
  const stopped = observations.findIndex((observation) => observation.status === 'stopped' && observation.reason === 'time-limit');
  const isCrowdedOut = stopped > 0 && Date.now() - lastAnswer < limits.wallMilliseconds / 2;
  return { observations, crowdedOut: isCrowdedOut ? stopped : null };
}
