import type { GraphFinding } from 'kamachiq';
import { plainText } from './plain-text.js';

/** Tells what the compiler found, on standard error, a line for each finding. */
export function tellFindings(subject: string, findings: readonly GraphFinding[]): void {
  if (findings.length === 0) return;
  const say = (line: string) => process.stderr.write(`${plainText(line, 2_000)}\n`);
  say(`${subject} has ${findings.length === 1 ? '1 finding' : `${findings.length} findings`}`);
  for (const { code, severity, message, suggestion } of findings) say(`  ${severity} ${code}: ${message} ${suggestion}`);
}
