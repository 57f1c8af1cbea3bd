import type { PeerTask } from './peer-orders.js';

/** @throws Error where not every task ended once, after all those that it waits for */
export function requireAllInOrder(tasks: readonly PeerTask[], ended: readonly string[]): void {
  const place = new Map(ended.map((id, index) => [id, index]));
  if (ended.length !== tasks.length || place.size !== tasks.length) throw new Error(`Of ${tasks.length} tasks ${ended.length} were carried out.`);
  for (const { id, dependencies } of tasks) {
    const own = place.get(id);
    if (own === undefined) throw new Error(`${id} was not carried out.`);
    const early = dependencies.find((dependency) => !(place.get(dependency)! < own));
    if (early !== undefined) throw new Error(`${id} was carried out before ${early}, which it waits for.`);
  }
}
