import { sha256 } from '@noble/hashes/sha2.js';
import { bytesToHex, utf8ToBytes } from '@noble/hashes/utils.js';
import { canonicalJson } from '../ports/canonical-json.js';
import type { JsonValue } from '../ports/json-value.js';
import type { GraphNode } from './task-node.js';

/**
 * SHA-256, in lower-case hexadecimal, of the nodes as canonical JSON (RFC 8785): graphs have the same hash exactly if they have the same nodes
 * in the same order, whatever the order of keys. A field that is undefined counts as absent; one that is absent and one that holds its default
 * are different. Nodes must be plain JSON.
 *
 * @param graph - A task graph, its snapshot, or anything else with nodes.
 * @public
 */
export function hashTaskGraph({ nodes }: { readonly nodes: readonly GraphNode[] }): string {
  const hash = sha256.create();
  // Node by node: the text of a large graph as a whole would not fit into a string.
  for (const [position, node] of nodes.entries())
    hash.update(utf8ToBytes(`${position === 0 ? '[' : ','}${canonicalJson(node as unknown as JsonValue)}`));
  return bytesToHex(hash.update(utf8ToBytes(nodes.length === 0 ? '[]' : ']')).digest());
}
