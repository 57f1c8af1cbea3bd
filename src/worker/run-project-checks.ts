import type { CancellationSignal } from '../ports/language-model.js';
import type { SourceFile } from '../ports/source-file.js';
import type { Check, CheckOutcome } from '../quality/check.js';
import { runChecks } from '../quality/run-checks.js';
import type { ActivityEnvironment } from './activity-environment.js';
import type { StoredPlan } from './project-store.js';

/**
 * Executes what decides about a whole project: its acceptance checks in one fresh sandbox, its own test suite in another, and the suite again
 * on copies with one fault each, where it must fail: a suite that passes on broken code proves nothing.
 */
export async function runProjectChecks(
  { templates, sandbox }: ActivityEnvironment,
  { spec, functions, projectTemplate }: StoredPlan,
  files: readonly SourceFile[],
  signal: CancellationSignal,
): Promise<readonly CheckOutcome[]> {
  const template = templates.findProject(projectTemplate);
  if (template === null) return [];
  const { language, testDirectory } = template;
  const run = (tree: readonly SourceFile[], checks: readonly Check[]) => runChecks({ sandbox, language, files: tree, checks, signal });
  const outcomes = [...(await run(files, template.acceptanceChecks(spec)))];
  if (testDirectory === undefined) return outcomes;
  const suite = { kind: 'test-suite', directory: testDirectory } as const;
  const passes: Check = { id: 'suite', description: 'the test suite passes', invocation: suite, expected: { kind: 'suite-passes', atLeast: 1 } };
  outcomes.push(...(await run(files, [passes])));
  for (const [index, fault] of template.plantFaults(files, functions).entries()) {
    const description = `the test suite fails when ${fault.description}`;
    outcomes.push(...(await run(fault.files, [{ id: `fault-${index + 1}`, description, invocation: suite, expected: { kind: 'suite-fails' } }])));
  }
  return outcomes;
}
