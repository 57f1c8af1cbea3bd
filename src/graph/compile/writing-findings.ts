import type { BothRun } from '../conditions/analyse-conditions.js';
import { showId } from '../graph-error.js';
import type { GraphFinding } from '../graph-finding.js';
import { findUpstream } from '../structure/find-upstream.js';
import type { GraphIndex } from '../structure/graph-index.js';
import type { TaskNode } from '../task-node.js';
import { pathFindings } from './path-findings.js';
import type { RunProgress } from './run-progress.js';

interface WritingOptions {
  readonly canBothRun: ((first: string, second: string) => BothRun) | undefined;
  readonly progress: RunProgress;
}

/**
 * Paths that can't both be written in a plan that may be carried out already. What is settled without success writes nothing any more. What
 * succeeded comes before all that starts later: who depends on it, by whatever rule, is given what it wrote and writes a new version.
 */
export function writingFindings(
  nodes: readonly TaskNode[],
  index: GraphIndex,
  order: Int32Array,
  { canBothRun, progress }: WritingOptions,
): readonly GraphFinding[] {
  const { isDead, hasBegun } = progress;
  if (!nodes.some(({ id }) => hasBegun(id))) return pathFindings(nodes, index, order, canBothRun);
  const writers = nodes.map((node) => (isDead(node.id) ? { ...node, writes: [] } : node));
  const findings = pathFindings(writers, index, order, canBothRun);
  const versions = findings.flatMap((found) => versionAfterSuccess(found, progress) ?? []);
  const positionOf = (id: string) => index.positions.get(id)!;
  const queries = versions.map(({ written, writes }) => ({ sources: [positionOf(written)], position: positionOf(writes) }));
  // What began before the success may have been given nothing of it.
  const hands = (position: number) => !hasBegun(nodes[position]!.id) || isDead(nodes[position]!.id);
  const isGiven = findUpstream(index, order, queries, hands);
  const wrong = new Map(versions.map((version, number) => [version.found, isGiven[number] ? null : describeVersion(version)]));
  const kept = findings.flatMap((found) => (wrong.has(found) ? (wrong.get(found) ?? []) : [found]));
  if (!isGiven.includes(true)) return kept;
  // Of a path of a task one conflict is told: behind one that is none there may be another.
  const over = new Set(versions.flatMap(({ written, writes }, number) => (isGiven[number] ? [JSON.stringify([written, writes])] : [])));
  const isOver = (first: string, second: string) => over.has(JSON.stringify([first, second])) || over.has(JSON.stringify([second, first]));
  const mayConflict = (first: string, second: string) => (isOver(first, second) ? 'no' : (canBothRun?.(first, second) ?? 'yes'));
  const known = new Set(findings.map(({ message }) => message));
  return [...kept, ...pathFindings(writers, index, order, mayConflict).filter(({ message }) => !known.has(message))];
}

/** A path that a task is to write which another one wrote before. */
interface Version {
  readonly found: GraphFinding;
  readonly path: string;
  readonly written: string;
  readonly writes: string;
}

/** What of the conflicts is that one path has two writers of which one has succeeded and the other one may still start. */
function versionAfterSuccess(found: GraphFinding, { stateOf, hasBegun }: RunProgress): Version | null {
  const [path, first, second] = found.witness;
  if (path === undefined || first === undefined || second === undefined) return null;
  if (stateOf(first) === 'succeeded' && !hasBegun(second)) return { found, path, written: first, writes: second };
  return stateOf(second) === 'succeeded' && !hasBegun(first) ? { found, path, written: second, writes: first } : null;
}

function describeVersion({ found, path, written, writes }: Version): GraphFinding {
  const tasks = `Task ${showId(written)} wrote ${showId(path)}, and ${showId(writes)} is to write it without being given it`;
  const doubt = found.severity === 'warning' ? ', unless its condition keeps it from that' : '';
  return {
    ...found,
    message: `${tasks}${doubt}: nobody knows which of them counts.`,
    suggestion: `Let ${showId(writes)} depend on ${showId(written)}, or write another path.`,
  };
}
