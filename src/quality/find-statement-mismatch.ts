import type { SourceStatement } from '../ports/sandbox.js';
import type { ExpectedStatement } from './check.js';

/** Longest text quoted of a statement. */
const QUOTED_CHARACTERS = 120;

/** Says what a file's top level holds that it should not, or lacks, in words that follow "it"; null where it holds what was expected. */
export function findStatementMismatch(expected: readonly ExpectedStatement[], held: readonly SourceStatement[]): string | null {
  let next = 0;
  for (const { kind, text, line } of held) {
    while (next < expected.length && expected[next]!.optional === true && !equal(expected[next]!, { kind, text })) next += 1;
    const wanted = expected[next];
    if (wanted === undefined || !equal(wanted, { kind, text })) {
      return `holds ${nameOf(kind)} on line ${line}: ${quote(text)}, expected ${wanted === undefined ? 'nothing more' : quote(wanted.text)}`;
    }
    next += 1;
  }
  const missing = expected.slice(next).find(({ optional }) => optional !== true);
  return missing === undefined ? null : `lacks ${quote(missing.text)}`;
}

const equal = (expected: ExpectedStatement, held: Pick<SourceStatement, 'kind' | 'text'>): boolean =>
  expected.kind === held.kind && expected.text === held.text;

const nameOf = (kind: SourceStatement['kind']): string => (kind === 'other' ? 'a statement' : `the ${kind}`);

function quote(text: string): string {
  const line = text.replaceAll(/\s+/g, ' ').trim();
  return line.length > QUOTED_CHARACTERS ? `${line.slice(0, QUOTED_CHARACTERS)}…` : line;
}
