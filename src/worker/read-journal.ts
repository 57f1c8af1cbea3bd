import type { ModelCallRecord } from '../report/project-report.js';

/** The line that ends a journal. Contents are JSON objects on a line each, so that nothing in them can be taken for it. */
export const SEAL = '"sealed"';

/** What stands in an attempt's journal. */
export interface JournalContent {
  /** What was opened before the seal, each as it was closed or as it was opened; null where that can't be told. */
  readonly calls: readonly ModelCallRecord[] | null;
  readonly sealed: boolean;
}

/**
 * Reads a journal up to its first seal: what comes after it was refused, or came too late.
 *
 * A line that can't be read stands for a call of unknown size; so does what may have stood before a journal that doesn't begin with its beginning.
 *
 * @param text - Lines of `{ begin }`, `{ open }`, `{ close }` and the seal; empty ones mean nothing.
 */
export function readJournal(text: string): JournalContent {
  const calls: ModelCallRecord[] = [];
  let begun = false;
  let readable = true;
  for (const line of text.split('\n')) {
    if (line === SEAL) return { calls: begun && readable ? calls : null, sealed: true };
    if (line === '') continue;
    const entry = readEntry(line);
    if (entry === null) readable = false;
    else if (entry.begins) begun ||= calls.length === 0;
    else if (entry.opened !== null) calls.push(entry.opened);
    else if (entry.closed !== null) {
      const { key } = entry.closed;
      const opened = calls.findLastIndex((call) => call.key === key);
      if (opened >= 0) calls[opened] = entry.closed;
    }
  }
  return { calls: begun && readable ? calls : null, sealed: false };
}

interface Entry {
  readonly begins: boolean;
  readonly opened: ModelCallRecord | null;
  readonly closed: ModelCallRecord | null;
}

function readEntry(line: string): Entry | null {
  let entry: { readonly begin?: unknown; readonly open?: unknown; readonly close?: unknown } | null;
  try {
    entry = JSON.parse(line);
  } catch {
    return null;
  }
  if (typeof entry !== 'object' || entry === null) return null;
  const { begin, open, close } = entry;
  if (isCall(open)) return { begins: false, opened: open, closed: null };
  if (isCall(close)) return { begins: false, opened: null, closed: close };
  return typeof begin === 'string' ? { begins: true, opened: null, closed: null } : null;
}

/** What is charged by must be what was written; all else is only shown. */
function isCall(call: unknown): call is ModelCallRecord {
  if (typeof call !== 'object' || call === null) return false;
  const { key, inputTokens, outputTokens, microDollars = 0 } = call as Partial<ModelCallRecord>;
  return typeof key === 'string' && [inputTokens, outputTokens, microDollars].every((amount) => Number.isSafeInteger(amount) && amount! >= 0);
}
