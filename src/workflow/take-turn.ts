import type { TaskEvent } from './task-events.js';
import { condition } from './temporal.js';

/**
 * Changes the state of tasks between two events, as these do.
 *
 * @param isOver - Whether nothing is carried out any more.
 * @returns What the change came to; null where it comes too late. @throws What the change throws
 */
export async function takeTurn(receive: (event: TaskEvent) => void, isOver: () => boolean, change: () => string): Promise<string | null> {
  let outcome: (() => string) | null = null;
  const carryOut = () => {
    try {
      const words = change();
      outcome = () => words;
    } catch (error) {
      outcome = () => {
        throw error;
      };
    }
  };
  receive({ kind: 'ordered', carryOut });
  await condition(() => outcome !== null || isOver());
  return outcome === null ? null : (outcome as () => string)();
}
