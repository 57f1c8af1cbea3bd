import type { CancellationSignal } from '../ports/language-model.js';
import type { SourceFile } from '../ports/source-file.js';
import type { Check, CheckOutcome } from '../quality/check.js';
import { runChecks } from '../quality/run-checks.js';
import type { ActivityEnvironment } from './activity-environment.js';
import type { StoredPlan } from './project-store.js';
import { describeShortfall, runPlantedFaults } from './run-planted-faults.js';

/** Milliseconds for planted faults, and after which none is planted any more: a review has ten minutes, and instruments and the model come after this. */
const TIME_FOR_FAULTS = 180_000;
const TIME_FOR_ALL = 420_000;

/**
 * Executes what decides about a whole project: its acceptance checks in one fresh sandbox, what can be told of functions without examples in another, its
 * own test suite in a third, and the suite again on copies with one fault each, where it must fail: a suite that passes on broken code proves nothing.
 */
export async function runProjectChecks(
  { templates, sandbox }: ActivityEnvironment,
  { spec, functions, projectTemplate }: StoredPlan,
  files: readonly SourceFile[],
  signal: CancellationSignal,
): Promise<readonly CheckOutcome[]> {
  const started = performance.now();
  const template = templates.findProject(projectTemplate);
  if (template === null) return [];
  const { language, testDirectory } = template;
  const run = (checks: readonly Check[]) => runChecks({ sandbox, language, files, checks, signal });
  const outcomes = [...(await run(template.acceptanceChecks(spec))), ...(await run(template.structuralChecks?.(spec, functions) ?? []))];
  if (testDirectory === undefined) return outcomes;
  const suite = { kind: 'test-suite', directory: testDirectory } as const;
  // Without a single example there is nothing that a test could say.
  const tested = functions.length === 0 || functions.some(({ examples }) => examples.length > 0);
  const passes: Check = tested
    ? { id: 'suite', description: 'the test suite passes', invocation: suite, expected: { kind: 'suite-passes', atLeast: 1 } }
    : {
        id: 'suite',
        description: 'the test suite loads; it tests nothing, since no function has an example',
        invocation: suite,
        expected: { kind: 'suite-passes', atLeast: 0 },
        structural: true,
      };
  const [outcome] = await run([passes]);
  outcomes.push(outcome!);
  const faults = template.plantFaults(files, functions);
  // A suite that fails on sound code would fail on every fault, whatever it tests.
  if (!outcome!.passed) return [...outcomes, ...(faults.length > 0 ? [describeShortfall(0, faults.length, 'it fails without any')] : [])];
  const timeMilliseconds = Math.min(TIME_FOR_FAULTS, TIME_FOR_ALL - (performance.now() - started));
  outcomes.push(...(await runPlantedFaults({ sandbox, language, directory: testDirectory, files, faults, signal, timeMilliseconds })));
  return outcomes;
}
