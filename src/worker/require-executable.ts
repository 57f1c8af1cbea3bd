import { KamachiqError } from '../errors/kamachiq-error.js';
import { type ExecutionQuestion, findUnexecutable } from './find-unexecutable.js';

/**
 * Refuses a plan whose project could never be judged by what its spec asks for.
 *
 * @throws KamachiqError `planning.acceptance-unexecutable`
 */
export function requireExecutable(question: ExecutionQuestion): void {
  const problem = findUnexecutable(question);
  if (problem === null) return;
  throw new KamachiqError({
    code: 'planning.acceptance-unexecutable',
    message: `Expected that this worker can execute what the spec asks for, but ${problem}.`,
    remedy:
      'Correct the language of the spec, register a project template and a sandbox for it on every worker, or ask for no acceptance checks and examples.',
    context: { language: question.spec.language, templates: question.templates.projects.map(({ name, language }) => ({ name, language })) },
  });
}
