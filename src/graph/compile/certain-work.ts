import { requiredTokens } from '../required-tokens.js';
import type { GraphIndex } from '../structure/graph-index.js';
import type { TaskNode } from '../task-node.js';
import type { RunProgress } from './run-progress.js';

/**
 * Tokens that a plan needs however it is mended whose tasks have no order: of what starts under no condition, nor anything before it, and is not
 * behind what is settled without success. Of tasks with one id the first counts.
 */
export function certainWork(
  nodes: readonly TaskNode[],
  { positions, successors, successorStarts }: GraphIndex,
  { hasBegun, isDead }: RunProgress,
): number {
  const isUncertain = ({ id, when, triggerRule }: TaskNode) => isDead(id) || (!hasBegun(id) && (when !== undefined || triggerRule !== undefined));
  const uncertain = new Uint8Array(nodes.length);
  const pending = [...nodes.keys()].filter((position) => isUncertain(nodes[position]!));
  for (const position of pending) uncertain[position] = 1;
  for (let position = pending.pop(); position !== undefined; position = pending.pop()) {
    for (let edge = successorStarts[position]!; edge < successorStarts[position + 1]!; edge += 1) {
      const successor = successors[edge]!;
      if (uncertain[successor] === 1) continue;
      uncertain[successor] = 1;
      pending.push(successor);
    }
  }
  return nodes.reduce((sum, node, position) => {
    const counts = uncertain[position] === 0 && positions.get(node.id) === position && !hasBegun(node.id);
    return counts ? sum + requiredTokens(node) : sum;
  }, 0);
}
