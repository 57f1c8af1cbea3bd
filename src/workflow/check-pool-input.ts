import { KamachiqError } from '../errors/kamachiq-error.js';
import type { AgentPoolInput } from './agent-pool-messages.js';

/**
 * What a pool was started with, once it is known to be that: it comes as JSON from whoever starts it, often by hand.
 *
 * @throws KamachiqError `pool.invalid-input`
 */
export function checkPoolInput(input: unknown): AgentPoolInput {
  if (typeof input !== 'object' || input === null) throw refused(`${EXPECTED}, got ${shown(input)}`);
  const { slots, checkSeconds, maximumEvents } = input as Readonly<Record<keyof AgentPoolInput, unknown>>;
  if (!Number.isSafeInteger(slots) || (slots as number) < 1) throw refused(`${EXPECTED}, got slots ${shown(slots)}`);
  for (const [name, value] of Object.entries({ checkSeconds, maximumEvents })) {
    if (value !== undefined && !(Number.isFinite(value) && (value as number) > 0))
      throw refused(`Expected ${name} to be a number above 0, got ${shown(value)}`);
  }
  return input as AgentPoolInput;
}

const EXPECTED = 'Expected AgentPoolWorkflow to be started with one object that has slots, a whole number of at least 1';

const refused = (message: string) =>
  new KamachiqError({ code: 'pool.invalid-input', message: `${message}.`, remedy: 'Start it with `args: [{ slots: 10 }]`, for example.' });

/** Characters of what came that are shown. */
const SHOWN = 100;

const shown = (value: unknown): string => String(JSON.stringify(value)).slice(0, SHOWN);
