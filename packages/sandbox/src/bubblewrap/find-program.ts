import { accessSync, constants, realpathSync } from 'node:fs';
import path from 'node:path';

/** Path of a program on the PATH, without symbolic links, or null; only one that really lies below a folder, where that is asked for. */
export function findProgram(name: string, below = '/'): string | null {
  for (const folder of (process.env.PATH ?? '').split(path.delimiter)) {
    if (!path.isAbsolute(folder)) continue;
    const file = path.join(folder, name);
    try {
      accessSync(file, constants.X_OK);
      const program = realpathSync(file);
      if (program.startsWith(below)) return program;
    } catch {
      // Not in this folder.
    }
  }
  return null;
}
