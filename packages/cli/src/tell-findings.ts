import type { GraphFinding, GraphFindingCode } from 'kamachiq';
import { plainText } from './plain-text.js';

/** Whose evidence is sentences, which the message doesn't repeat. */
const PROVEN: ReadonlySet<GraphFindingCode> = new Set<GraphFindingCode>(['graph.contradictory-condition', 'graph.dead-join', 'graph.unreachable']);

/** Sentences of evidence in one line. */
const MOST_REASONS = 4;

/** Tells what the compiler found, on standard error, a line for each finding. */
export function tellFindings(subject: string, findings: readonly GraphFinding[]): void {
  if (findings.length === 0) return;
  const say = (line: string) => process.stderr.write(`${plainText(line, 2_000)}\n`);
  say(`${subject} has ${findings.length === 1 ? '1 finding' : `${findings.length} findings`}`);
  for (const { code, severity, message, witness, suggestion } of findings) {
    say(`  ${severity} ${code}: ${message}${PROVEN.has(code) ? describeReasons(witness) : ''} ${suggestion}`);
  }
}

function describeReasons(witness: readonly string[]): string {
  const left = witness.length - MOST_REASONS;
  const reasons = [...witness.slice(0, MOST_REASONS), ...(left > 0 ? [`${left} more reasons`] : [])];
  return reasons.length === 0 ? '' : ` Because ${reasons.join(', and ')}.`;
}
