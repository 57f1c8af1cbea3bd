import type { TaskOutputs } from '../graph/output-type.js';
import { jsonBytes } from '../ports/json-bytes.js';
import type { QualityVerdict } from '../quality/quality-gate.js';
import type { AttemptReport } from './project-report.js';

/** Of a task what is told at length. */
interface Told {
  readonly attempts: readonly AttemptReport[];
  readonly verdict: QualityVerdict | null;
  readonly outputs?: TaskOutputs;
}

/** Longest line that is kept where space is short. */
const LINE_CHARACTERS = 160;

/**
 * Shortens what is told of tasks until all of it fits: first to one line for each problem, each criterion, each feedback and each value handed on, then to the last
 * attempt alone. Figures (states, scores, tokens of tasks) stay as they are.
 *
 * @param bytes - What all records may take as JSON.
 * @returns The records as they are where they fit; the shortest there are where even these don't.
 */
export function fitTaskRecords<Item extends Told>(records: readonly Item[], bytes: number): readonly Item[] {
  if (jsonBytes(records) <= bytes) return records;
  const short = records.map((item) => ({
    ...item,
    attempts: item.attempts.map(shortenAttempt),
    verdict: shortenVerdict(item.verdict),
    ...(item.outputs === undefined ? {} : { outputs: shortenOutputs(item.outputs) }),
  }));
  if (jsonBytes(short) <= bytes) return short;
  return short.map((item) => ({ ...item, attempts: lastAttempt(item.attempts) }));
}

function shortenAttempt({ feedback, ...attempt }: AttemptReport): AttemptReport {
  return { ...attempt, ...(feedback === undefined ? {} : { feedback: firstLine(feedback) }), problems: firstLine(attempt.problems) };
}

function shortenVerdict(verdict: QualityVerdict | null): QualityVerdict | null {
  if (verdict === null) return null;
  const criteria = verdict.criteria.map((scored) => ({ ...scored, evidence: firstLine(scored.evidence) }));
  return { ...verdict, criteria, failedChecks: verdict.failedChecks.slice(0, 1), feedback: firstLine(verdict.feedback) };
}

/** What is cut is a text that ends with an ellipsis, whatever it was. */
function shortenOutputs(outputs: TaskOutputs): TaskOutputs {
  const shown = Object.entries(outputs).map(([name, value]) => {
    const text = JSON.stringify(value);
    return [name, text.length > LINE_CHARACTERS ? `${text.slice(0, LINE_CHARACTERS)}…` : value] as const;
  });
  return Object.fromEntries(shown);
}

function lastAttempt(attempts: readonly AttemptReport[]): readonly AttemptReport[] {
  const last = attempts.at(-1);
  if (last === undefined || attempts.length === 1) return attempts;
  const { feedback: _left, ...rest } = last;
  return [{ ...rest, problems: [`${attempts.length - 1} earlier attempts are left out: the project is too large to report them all.`] }];
}

/** The first line, cut, and how many follow. */
function firstLine(lines: readonly string[]): readonly string[] {
  const [first] = lines;
  if (first === undefined) return [];
  const cut = first.length > LINE_CHARACTERS ? `${first.slice(0, LINE_CHARACTERS)}…` : first;
  return [lines.length === 1 ? cut : `${cut} (and ${lines.length - 1} more)`];
}
