import { findPathProblem } from '../ports/project-path.js';
import type { SourceFile } from '../ports/source-file.js';

/**
 * What is wrong with the files that an agent made, in one sentence each: an agent writes what its task declares, nothing else, nothing less, nothing outside
 * the project.
 *
 * @param writes - Paths that the task declares.
 * @param handsOn - Whether the task declares outputs: then it need not write anything.
 */
export function findFileProblems(files: readonly SourceFile[], writes: readonly string[], handsOn: boolean): readonly string[] {
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
