import { findOutputProblems } from '../graph/run/find-output-problems.js';
import type { AssembledAnswer } from '../planning/task-template.js';
import type { AgentContext, AgentOutcome, AgentRequest } from '../ports/agent-runner.js';
import { findPathProblem } from '../ports/project-path.js';
import type { SourceFile } from '../ports/source-file.js';
import { runChecks } from '../quality/run-checks.js';
import type { FileOrigin } from '../report/project-report.js';
import { mergeFiles } from './merge-files.js';

/** What an agent made, examined. @public */
export interface ExaminedOutcome {
  /** False for what must not even be kept: nothing to write, or something that must not be written. */
  readonly acceptable: boolean;
  /** As an attempt's end; what must not be kept is left out of it. */
  readonly outcome: AgentOutcome;
}

/**
 * Examines what an agent made as every runner must: its files are those that the task declares, what it hands on is as declared, and the template's checks
 * are executed in the sandbox beside everything upstream.
 *
 * @param made - With problems of its own it is not acceptable, and nothing is executed.
 * @param madeBy - Stands with each file.
 * @param candidates - Drawn until now, this one included.
 * @throws SandboxError
 * @public
 */
export async function examineOutcome(
  made: AssembledAnswer,
  { madeBy, candidates }: { readonly madeBy: FileOrigin; readonly candidates: number },
  { task, template, files: upstream }: AgentRequest,
  { sandbox, signal }: Pick<AgentContext, 'sandbox' | 'signal'>,
): Promise<ExaminedOutcome> {
  const { files, outputs } = made;
  const problems = made.problems.length > 0 ? made.problems : findProblems(made, task);
  if (problems.length > 0) return { acceptable: false, outcome: { passed: false, files: [], candidates, checks: [], problems } };
  const checks = await runChecks({
    sandbox,
    language: template.language,
    files: mergeFiles(upstream, files),
    checks: template.checks(task.inputs),
    signal,
  });
  const failed = checks.filter(({ passed }) => !passed);
  return {
    acceptable: true,
    outcome: {
      passed: failed.length === 0,
      files: files.map((file) => ({ ...file, madeBy })),
      ...(outputs === undefined ? {} : { outputs }),
      candidates,
      checks,
      problems: failed.map(({ description, seen }) => `expected ${description}; it ${seen}`),
    },
  };
}

const findProblems = ({ files, outputs = {} }: AssembledAnswer, { writes, outputs: declared = [] }: AgentRequest['task']): readonly string[] => [
  ...findFileProblems(files, writes, declared.length > 0),
  ...findOutputProblems(declared, outputs),
];

/** An agent writes what its task declares: nothing else, nothing less, nothing outside the project. */
function findFileProblems(files: readonly SourceFile[], writes: readonly string[], handsOn: boolean): readonly string[] {
  const written = new Set(files.map(({ path }) => path));
  const unsafe = files.flatMap(({ path }) => {
    const problem = findPathProblem(path);
    return problem === null ? [] : [`${JSON.stringify(path.slice(0, 80))} is no path for a file: ${problem}`];
  });
  const undeclared = files
    .filter(({ path }) => !writes.includes(path))
    .map(({ path }) => `${JSON.stringify(path.slice(0, 80))} was not to be written`);
  const missing = writes.filter((path) => !written.has(path)).map((path) => `${path} was not written`);
  const nothing = files.length === 0 && writes.length === 0 && !handsOn ? ['nothing was written'] : [];
  return [...unsafe, ...undeclared, ...missing, ...nothing];
}
