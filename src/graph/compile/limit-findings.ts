import { jsonBytes } from '../../ports/json-bytes.js';
import type { GraphFinding } from '../graph-finding.js';

/** Findings travel with the plan that they are about, back to the planner and into the report: all of them together stay small. */
const ALL_BYTES = 100_000;
const MESSAGE_CHARACTERS = 1_000;
const LISTED = 50;
const LISTED_CHARACTERS = 200;

/** Shortens what is too long to be carried, and counts in a last finding what no longer fits. */
export function limitFindings(findings: readonly GraphFinding[]): readonly GraphFinding[] {
  const kept: GraphFinding[] = [];
  let bytes = 0;
  const left: GraphFinding[] = [];
  for (const finding of findings) {
    const short = shorten(finding);
    const more = jsonBytes(short);
    if (bytes + more > ALL_BYTES) left.push(finding);
    else {
      bytes += more;
      kept.push(short);
    }
  }
  if (left.length === 0) return kept;
  const message = `The plan has ${findings.length} problems; ${left.length} of them are not listed.`;
  const suggestion = 'Correct what is listed, then compile the plan again.';
  const severity = left.some((finding) => finding.severity === 'error') ? 'error' : 'warning';
  return [...kept, { code: 'graph.too-many-problems', severity, taskIds: [], message, witness: [String(findings.length)], suggestion }];
}

function shorten(finding: GraphFinding): GraphFinding {
  const cut = (texts: readonly string[]) => texts.slice(0, LISTED).map((text) => cutText(text, LISTED_CHARACTERS));
  return {
    ...finding,
    taskIds: cut(finding.taskIds),
    message: cutText(finding.message, MESSAGE_CHARACTERS),
    witness: cut(finding.witness),
    suggestion: cutText(finding.suggestion, MESSAGE_CHARACTERS),
  };
}

const cutText = (text: string, characters: number) => (text.length > characters ? `${text.slice(0, characters)}…` : text);
