import { setTimeout as delay } from 'node:timers/promises';

/** Asks again and again until there is an answer. The test's own time limit ends it; nothing is assumed of how long it takes. */
export async function until<Value>(ask: () => Promise<Value | null | undefined | false>): Promise<Value> {
  for (;;) {
    const value = await ask();
    if (value !== null && value !== undefined && value !== false) return value;
    await delay(50);
  }
}
