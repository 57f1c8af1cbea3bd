import { appendFile, readFile } from 'node:fs/promises';
import { logOf } from './logged-runner.js';

/* What agents wrote down, in the order in which they did. */

export const readLog = async (folder: string): Promise<readonly string[]> => (await readFile(logOf(folder), 'utf8')).split('\n').slice(0, -1);

/** How many agents have begun, in one process or in all. */
export const begun = async (folder: string, place = ''): Promise<number> =>
  (await readLog(folder)).filter((line) => line.startsWith(`begin ${place}${place === '' ? '' : ' '}`)).length;

/** Notes that a process is dead, which its agents can't do themselves. */
export const noteKilled = (folder: string, place: string): Promise<void> => appendFile(logOf(folder), `killed ${place}\n`);

/** The most agents at work at any line of the log; with a process those of it end that had not. */
export function mostAtOnce(lines: readonly string[]): number {
  const working = new Set<string>();
  let most = 0;
  for (const line of lines) {
    const [what, place, ...task] = line.split(' ');
    const agent = [place, ...task].join(' ');
    if (what === 'begin') working.add(agent);
    else if (what === 'end') working.delete(agent);
    else for (const each of [...working]) if (each.startsWith(`${place} `)) working.delete(each);
    most = Math.max(most, working.size);
  }
  return most;
}

/** Tasks whose agents came to an end, as often as they did. */
export const ended = (lines: readonly string[]): readonly string[] =>
  lines.filter((line) => line.startsWith('end ')).map((line) => line.split(' ').slice(2).join(' '));
