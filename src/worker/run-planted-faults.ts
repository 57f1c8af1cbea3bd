import type { PlantedFault } from '../planning/project-template.js';
import type { CancellationSignal } from '../ports/language-model.js';
import { findPathProblem } from '../ports/project-path.js';
import type { Invocation, Observation, Sandbox } from '../ports/sandbox.js';
import type { SourceFile } from '../ports/source-file.js';
import type { Check, CheckOutcome } from '../quality/check.js';
import { judgeObservation } from '../quality/judge-observation.js';
import { DEFAULT_SANDBOX_LIMITS, runChecks } from '../quality/run-checks.js';

/** Most faults that share a sandbox, and most characters of all their files together. */
const MOST_TOGETHER = 12;
const MOST_CHARACTERS = 8_000_000;

/** Sandboxes at once; each adapter has a bound of its own as well. */
const RUNS_AT_ONCE = 2;

/** Wall time that each fault adds to a run of several, in milliseconds. */
const MILLISECONDS_EACH = 1_500;

/** What is tried. */
export interface PlantedFaultRun {
  readonly sandbox: Sandbox;
  readonly language: string;
  /** Of the test suite. */
  readonly directory: string;
  /** The project without a fault; its suite passes. */
  readonly files: readonly SourceFile[];
  readonly faults: readonly PlantedFault[];
  readonly signal: CancellationSignal;
  /** Milliseconds after which no further fault is tried. */
  readonly timeMilliseconds: number;
}

/**
 * Runs a project's own test suite on copies with one fault each, where it must fail.
 *
 * Several copies share a sandbox, each in a folder of its own, and the project without a fault comes last: only when the suite still passes there, by itself
 * and after all of them, a failure is taken for the fault's. Whatever else is seen is tried again alone, as the project stands. Faults for which there is no
 * time are not judged: the last outcome says how many were.
 *
 * @throws SandboxError
 */
export async function runPlantedFaults(run: PlantedFaultRun): Promise<readonly CheckOutcome[]> {
  const { sandbox, language, directory, faults, signal, timeMilliseconds } = run;
  const checks = faults.map(({ description }, index) => checkOf(directory, description, index));
  const outcomes = new Map<Check, CheckOutcome>();
  const together = mostTogether(run);
  const waiting = Array.from({ length: Math.ceil(faults.length / together) }, (_, batch) => batch * together);
  const started = performance.now();
  let mayShare = together > 1;
  let broken = false;
  const goesOn = () => !broken && performance.now() - started < timeMilliseconds;

  const tryTogether = async (first: number) => {
    const observations = await observeTogether(run, faults.slice(first, first + together));
    const control = observations.pop();
    if (control?.status === 'tested' && control.failed === 0 && control.passed > 0) {
      for (const [index, observation] of observations.entries()) {
        const outcome = judgeObservation(checks[first + index]!, observation);
        if (outcome.passed) outcomes.set(checks[first + index]!, { ...outcome, seen: outcome.seen.replaceAll(`${folderOf(index)}/`, '') });
      }
    } else if (control?.status === 'tested') mayShare = false;
  };
  const tryAlone = async (index: number) => {
    const [outcome] = await runChecks({ sandbox, language, files: faults[index]!.files, checks: [checks[index]!], signal });
    outcomes.set(checks[index]!, outcome!);
  };
  const work = async () => {
    try {
      for (let first = goesOn() ? waiting.shift() : undefined; first !== undefined; first = goesOn() ? waiting.shift() : undefined) {
        if (mayShare) await tryTogether(first);
        for (let index = first; index < Math.min(first + together, faults.length) && goesOn(); index += 1) {
          if (!outcomes.has(checks[index]!)) await tryAlone(index);
        }
      }
    } catch (error) {
      broken = true;
      throw error;
    }
  };
  const ends = await Promise.allSettled(Array.from({ length: RUNS_AT_ONCE }, work));
  for (const end of ends) if (end.status === 'rejected') throw end.reason;
  const tried = checks.flatMap((check) => outcomes.get(check) ?? []);
  return tried.length === faults.length ? tried : [...tried, describeShortfall(tried.length, faults.length, 'there was no time for the rest')];
}

/** Says how many faults were planted where not all were: neither a merit nor a failure. */
export const describeShortfall = (tried: number, planned: number, reason: string): CheckOutcome => ({
  id: 'faults',
  description: `the test suite is tried on ${planned} planted faults`,
  passed: true,
  seen: `was tried on ${tried} of ${planned} faults: ${reason}`,
  structural: true,
});

function checkOf(directory: string, description: string, index: number): Check {
  return {
    id: `fault-${index + 1}`,
    description: `the test suite fails when ${description}`,
    invocation: { kind: 'test-suite', directory },
    expected: { kind: 'suite-fails' },
  };
}

/** How many faults fit into one sandbox beside the project without one; 1 where their paths would grow too long. */
function mostTogether({ files, directory }: PlantedFaultRun): number {
  const fits = [directory, ...files.map(({ path }) => path)].every((path) => findPathProblem(below(MOST_TOGETHER, path)) === null);
  const characters = files.reduce((sum, { text }) => sum + text.length, 1);
  return fits ? Math.max(1, Math.min(MOST_TOGETHER, Math.floor(MOST_CHARACTERS / characters) - 1)) : 1;
}

const folderOf = (index: number): string => `copy_${index}`;
const below = (index: number, path: string): string => (path === '.' ? folderOf(index) : `${folderOf(index)}/${path}`);

/** What the suite does on each copy and at last on the project itself, all in one sandbox. */
async function observeTogether(
  { sandbox, language, directory, files, signal }: PlantedFaultRun,
  batch: readonly PlantedFault[],
): Promise<Observation[]> {
  const copies = [...batch.map((fault) => fault.files), files];
  const invocations = copies.map((_, index): Invocation => ({ kind: 'test-suite', directory: below(index, directory) }));
  const tree = copies.flatMap((copy, index) => copy.map(({ path, text }) => ({ path: below(index, path), text })));
  const limits = { ...DEFAULT_SANDBOX_LIMITS, wallMilliseconds: DEFAULT_SANDBOX_LIMITS.wallMilliseconds + MILLISECONDS_EACH * batch.length };
  return [...(await sandbox.doRun({ language, files: tree, invocations, limits }, signal)).observations];
}
