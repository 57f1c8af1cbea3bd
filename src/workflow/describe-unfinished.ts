import type { AbridgedRecord } from './activity-types.js';

/** Most characters of an id: ids come from models. */
const ID_CHARACTERS = 60;

/** Fewest characters that a task takes up: what can't fit need not be tried. */
const SHORTEST_ENTRY = 10;

/** How much of each task's reason is told: as much as lets every task be named. */
const REASON_CHARACTERS = [500, 200, 80, 0];

/**
 * Every task that was to succeed and did not, with its state and why, those that failed first; empty when there is none.
 *
 * Where they are many their reasons are cut, then left out; tasks that even so don't fit are counted.
 *
 * @param longest - Characters that there is room for.
 */
export function describeUnfinished(records: readonly AbridgedRecord[], longest: number): string {
  const unfinished = records.filter(({ state }) => state !== 'succeeded' && state !== 'skipped').sort((a, b) => rank(a) - rank(b));
  if (unfinished.length === 0) return '';
  const head = `${unfinished.length} of ${records.length} ${records.length === 1 ? 'task' : 'tasks'} did not succeed: `;
  for (const characters of REASON_CHARACTERS) {
    const text = head + unfinished.map((record) => describe(record, characters)).join('; ');
    if (text.length <= longest) return text;
  }
  const named = unfinished.slice(0, longest / SHORTEST_ENTRY).map((record) => describe(record, 0));
  let text = '';
  do {
    named.pop();
    text = `${head}${[...named, `and ${unfinished.length - named.length} more`].join('; ')}`;
  } while (text.length > longest && named.length > 0);
  return text;
}

const rank = ({ state }: AbridgedRecord) => (state === 'failed' ? 0 : 1);

function describe({ node, state, startedAt, reason }: AbridgedRecord, characters: number): string {
  const where = startedAt === null ? `${state}, never started` : state;
  // Names of tasks and reasons are told in one line of a report: they may hold anything.
  const why = characters === 0 || reason === null ? '' : `: ${cut(reason, characters)}`;
  return `${cut(node.id, ID_CHARACTERS)} (${where}${why})`;
}

function cut(text: string, longest: number): string {
  const line = text.replace(/[\u0000-\u001f\u007f]+/g, ' ').replace(/\.$/, '');
  return line.length > longest ? `${line.slice(0, longest - 1)}…` : line;
}
