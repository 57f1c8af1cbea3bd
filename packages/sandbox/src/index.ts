/**
 * Sandboxes for kamachiq: places where generated code runs without reaching the host.
 *
 * @packageDocumentation
 */
export { type BubblewrapSandboxOptions, bubblewrapSandbox } from './bubblewrap/bubblewrap-sandbox.js';
export { findSandbox } from './find-sandbox.js';
export { type PyodideSandboxOptions, pyodideSandbox } from './pyodide/pyodide-sandbox.js';
