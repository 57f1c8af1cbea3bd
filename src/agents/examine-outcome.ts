import { findOutputProblems } from '../graph/run/find-output-problems.js';
import type { AssembledAnswer } from '../planning/task-template.js';
import type { AgentContext, AgentOutcome, AgentRequest } from '../ports/agent-runner.js';
import { runChecks } from '../quality/run-checks.js';
import type { FileOrigin } from '../report/project-report.js';
import { findFileProblems } from './find-file-problems.js';
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
