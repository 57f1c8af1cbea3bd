import type { SourceFile } from '../ports/source-file.js';

/** Lays files over others; of two with the same path the later stands. Sorted by path in code-unit order. @public */
export function mergeFiles<File extends SourceFile>(...layers: readonly (readonly File[])[]): readonly File[] {
  const byPath = new Map<string, File>();
  for (const layer of layers) for (const file of layer) byPath.set(file.path, file);
  return [...byPath.values()].sort((a, b) => (a.path < b.path ? -1 : 1));
}
