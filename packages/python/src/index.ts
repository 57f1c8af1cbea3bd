/**
 * Python for kamachiq: task and project templates, and instruments that measure style and documentation.
 *
 * @packageDocumentation
 */
export { docstringInstrument } from './docstring-instrument.js';
export { pythonCommandLineEntryTemplate } from './python-command-line-entry-template.js';
export { pythonCommandLineTemplate } from './python-command-line-template.js';
export { pythonFunctionTemplate } from './python-function-template.js';
export { type PythonProjects, pythonProjects, pythonTaskTemplates } from './python-projects.js';
export { pythonReadmeTemplate } from './python-readme-template.js';
export { pythonTestSuiteTemplate } from './python-test-suite-template.js';
export { PYTHON_TYPES, type PythonType } from './python-types.js';
export { ruffInstrument } from './ruff-instrument.js';
