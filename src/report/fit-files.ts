import { jsonBytes } from '../ports/json-bytes.js';
import type { FileReport } from './project-report.js';

/**
 * As many files as fit, from the first on.
 *
 * @param bytes - What they may take as JSON together, at least 2.
 */
export function fitFiles(files: readonly FileReport[], bytes: number): readonly FileReport[] {
  let left = bytes - 2;
  const end = files.findIndex((file) => {
    left -= jsonBytes(file) + 1;
    return left < -1;
  });
  return end === -1 ? files : files.slice(0, end);
}
