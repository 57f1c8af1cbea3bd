/**
 * Python for kamachiq: task and project templates, and instruments that measure style and documentation.
 *
 * @packageDocumentation
 */
import type { TaskTemplate } from 'kamachiq';
import { pythonCommandLineEntryTemplate } from './python-command-line-entry-template.js';
import { pythonFunctionTemplate } from './python-function-template.js';
import { pythonReadmeTemplate } from './python-readme-template.js';
import { pythonTestSuiteTemplate } from './python-test-suite-template.js';

export { docstringInstrument } from './docstring-instrument.js';
export { pythonCommandLineEntryTemplate } from './python-command-line-entry-template.js';
export { pythonCommandLineTemplate } from './python-command-line-template.js';
export { pythonFunctionTemplate } from './python-function-template.js';
export { pythonReadmeTemplate } from './python-readme-template.js';
export { pythonTestSuiteTemplate } from './python-test-suite-template.js';
export { PYTHON_TYPES, type PythonType } from './python-types.js';
export { ruffInstrument } from './ruff-instrument.js';

/** Every task template that {@link pythonCommandLineTemplate} plans with. @public */
export const pythonTaskTemplates: readonly TaskTemplate[] = [
  pythonFunctionTemplate,
  pythonCommandLineEntryTemplate,
  pythonTestSuiteTemplate,
  pythonReadmeTemplate,
];
