import type { AttemptContext, ContextCut } from './attempt-context.js';
import { displayName } from './display-text.js';
import { formatCount, formatNumbered } from './format-quantity.js';

/**
 * What an attempt was told beside its task, in one line.
 * Example: `add/0/1: 2 notes on earlier tasks; left out: 3 of 7 parts of files (210 tokens).`
 *
 * @internal
 */
export function describeContext({ key, notes, cuts, memoryProblems }: AttemptContext): string {
  const parts = [
    ...(notes === 0 ? [] : [`${formatNumbered(notes, 'note')} on earlier tasks`]),
    ...(cuts.length === 0 ? [] : [`left out: ${cuts.map(describeCut).join(', ')}`]),
    ...memoryProblems.map((problem) => `memory: ${problem}`),
  ];
  return `${displayName(key)}: ${parts.join('; ')}.`;
}

const describeCut = ({ section, pieces, piecesKept, tokensCut }: ContextCut) =>
  `${formatCount(pieces - piecesKept)} of ${formatCount(pieces)} parts of ${section} (${formatNumbered(tokensCut, 'token')})`;
