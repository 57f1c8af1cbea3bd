import type { CancellationSignal } from '../ports/language-model.js';
import type { SourceFile } from '../ports/source-file.js';
import type { Check, CheckOutcome } from '../quality/check.js';
import { judgeObservation } from '../quality/judge-observation.js';
import { NOT_EXECUTED, runChecks } from '../quality/run-checks.js';
import type { ActivityEnvironment } from './activity-environment.js';
import { allFunctions, findUnexecutable, isCompared } from './find-unexecutable.js';
import type { StoredPlan } from './project-store.js';
import { describeShortfall, runPlantedFaults } from './run-planted-faults.js';

/** Milliseconds for planted faults, and after which none is planted any more: a review has ten minutes, and instruments and the model come after this. */
const TIME_FOR_FAULTS = 180_000;
const TIME_FOR_ALL = 420_000;

/**
 * Executes what decides about a whole project: its acceptance checks in one fresh sandbox, what can be told of its functions in another, its own test suite
 * in a third, and the suite again on copies with one fault each, where it must fail: a suite that passes on broken code proves nothing.
 *
 * Files are inspected before anything is executed, and after one that is refused nothing is. What a suite says counts only beside something that the host
 * compared by itself and found right: a suite may have been written by the model that it judges.
 */
export async function runProjectChecks(
  { templates, sandbox }: ActivityEnvironment,
  { spec, functions: planned, projectTemplate }: StoredPlan,
  files: readonly SourceFile[],
  signal: CancellationSignal,
): Promise<readonly CheckOutcome[]> {
  const started = performance.now();
  const template = templates.findProject(projectTemplate);
  const problem = findUnexecutable({ spec, functions: planned, template, templates, languages: sandbox.languages });
  const unexecuted = problem === null ? [] : [describeUnexecuted(problem)];
  if (template === null || !sandbox.languages.includes(template.language)) return unexecuted;
  const { language, testDirectory } = template;
  const run = (checks: readonly Check[]) => runChecks({ sandbox, language, files, checks, signal });

  const functions = allFunctions(spec, planned);
  const checksOf = functions.map((made) => [made.name, template.functionChecks(spec, made, { functions, files })] as const);
  const ofFunctions = checksOf.flatMap(([, checks]) => checks);
  const inspections = ofFunctions.filter(isInspection);
  const [inspected, accepted] = halves(await run([...inspections, ...template.acceptanceChecks(spec)]), inspections.length);
  const isRefused = inspected.some(({ passed }) => !passed);
  const called = ofFunctions.filter((check) => !isInspection(check));
  const answered = isRefused ? called.map((check) => judgeObservation(check, NOT_EXECUTED)) : await run(called);
  const outcomesOfFunctions = [...inspected, ...answered];
  const seen = new Map([...inspections, ...called].map((check, index) => [check, outcomesOfFunctions[index]!]));
  const outcomes = [...unexecuted, ...accepted, ...checksOf.flatMap(([name, checks]) => gather(name, checks, seen))];
  if (testDirectory === undefined) return outcomes;

  const counts = outcomes.some(({ passed, structural }) => passed && structural !== true);
  const asEvidence = (outcome: CheckOutcome): CheckOutcome => (counts ? outcome : { ...outcome, structural: true });
  // Without a single example there is nothing that a test could say.
  const passes = suitePasses(testDirectory, functions.length === 0 || functions.some(({ examples }) => examples.length > 0));
  const [outcome] = isRefused ? [judgeObservation(passes, NOT_EXECUTED)] : await run([passes]);
  outcomes.push(asEvidence(outcome!));
  const faults = template.plantFaults(files, functions);
  // A suite that fails on sound code would fail on every fault, whatever it tests.
  if (!outcome!.passed) return [...outcomes, ...(faults.length > 0 ? [describeShortfall(0, faults.length, 'it fails without any')] : [])];
  const timeMilliseconds = Math.min(TIME_FOR_FAULTS, TIME_FOR_ALL - (performance.now() - started));
  const tried = await runPlantedFaults({ sandbox, language, directory: testDirectory, files, faults, signal, timeMilliseconds });
  return [...outcomes, ...tried.map(asEvidence)];
}

const isInspection = ({ invocation }: Check): boolean => invocation.kind === 'inspect';

const halves = (outcomes: readonly CheckOutcome[], length: number) => [outcomes.slice(0, length), outcomes.slice(length)] as const;

/** The last line of defence where a plan was not refused: a failed check, and no structural one. */
const describeUnexecuted = (problem: string): CheckOutcome => ({
  id: 'executable',
  description: 'what the spec asks for is executed',
  passed: false,
  seen: `could not be executed: ${problem}`,
});

/** One outcome for all that the host compares of a function, where it compares something: thousands of examples must fit into a history. */
function gather(name: string, checks: readonly Check[], seen: ReadonlyMap<Check, CheckOutcome>): readonly CheckOutcome[] {
  const outcomes = checks.map((check) => seen.get(check)!);
  const compared = checks.filter(isCompared).length;
  if (compared === 0) return outcomes;
  const failed = outcomes.filter(({ passed }) => !passed);
  return [
    {
      id: `${name}-examples`,
      description: compared === 1 ? `${name} does what its example says` : `${name} does what each of its ${compared} examples says`,
      passed: failed.length === 0,
      seen: failed.length === 0 ? 'did' : `in ${failed.length} it did not: expected ${failed[0]!.description}; it ${failed[0]!.seen}`,
    },
  ];
}

function suitePasses(directory: string, tested: boolean): Check {
  const invocation = { kind: 'test-suite', directory } as const;
  return tested
    ? { id: 'suite', description: 'the test suite passes', invocation, expected: { kind: 'suite-passes', atLeast: 1 } }
    : {
        id: 'suite',
        description: 'the test suite loads; it tests nothing, since no function has an example',
        invocation,
        expected: { kind: 'suite-passes', atLeast: 0 },
        structural: true,
      };
}
