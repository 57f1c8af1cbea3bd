import type { KamachiqPorts } from './kamachiq-ports.js';

/**
 * Closes the ports that can be closed, each whatever becomes of the other.
 *
 * @throws What the first of them threw that could not be closed.
 */
export async function closePorts({ model, cheaperModel, sandbox }: KamachiqPorts): Promise<void> {
  const closings = await Promise.allSettled([sandbox, model, cheaperModel].map(async (port) => port?.doClose?.()));
  for (const closing of closings) if (closing.status === 'rejected') throw closing.reason;
}
