import type { ProjectTemplate, QualityInstrument, TaskTemplate } from 'kamachiq';
import { docstringInstrument } from './docstring-instrument.js';
import { pythonCommandLineEntryTemplate } from './python-command-line-entry-template.js';
import { pythonCommandLineTemplate } from './python-command-line-template.js';
import { pythonFunctionTemplate } from './python-function-template.js';
import { pythonReadmeTemplate } from './python-readme-template.js';
import { pythonTestSuiteTemplate } from './python-test-suite-template.js';
import { ruffInstrument } from './ruff-instrument.js';

/** Every task template that {@link pythonCommandLineTemplate} plans with. @public */
export const pythonTaskTemplates: readonly TaskTemplate[] = [
  pythonFunctionTemplate,
  pythonCommandLineEntryTemplate,
  pythonTestSuiteTemplate,
  pythonReadmeTemplate,
];

/** The ports of a worker that are about a language. @public */
export interface PythonProjects {
  readonly taskTemplates: readonly TaskTemplate[];
  readonly projectTemplates: readonly ProjectTemplate[];
  readonly instruments: readonly QualityInstrument[];
}

/**
 * Everything of this package that a worker needs for Python projects, to be spread into its ports: templates that plan and render, and
 * instruments for style and documentation. Without the instruments the model would have to judge those.
 *
 * @public
 */
export function pythonProjects(): PythonProjects {
  return {
    taskTemplates: pythonTaskTemplates,
    projectTemplates: [pythonCommandLineTemplate],
    instruments: [ruffInstrument(), docstringInstrument()],
  };
}
