import type { Sandbox } from 'kamachiq';
import { pyodideSandbox } from './pyodide/pyodide-sandbox.js';

/**
 * The sandbox to use when the host has no wish of its own: Pyodide, which works on every system the same way.
 *
 * @public
 */
export function findSandbox(): Sandbox {
  return pyodideSandbox();
}
