import type { OrderOptions, ProjectHandle } from 'kamachiq/client';
import { ask, type ServerOptions } from './connect.js';
import { plainJson, plainText } from './plain-text.js';

/** What a command takes by which somebody steps into a project. */
export interface OrderCommandOptions extends ServerOptions {
  readonly reason: string;
  readonly updateId?: string;
  readonly json: boolean;
}

/** What a project answers to an order. */
type Receipt = Awaited<ReturnType<ProjectHandle['pause']>>;

/** `kamachiq pause`, `resume`, `cancel-task`, `retry-task`, `raise-budget`, `set-concurrency`: gives a project an order, and tells what it came to. */
export async function orderProject(
  options: OrderCommandOptions,
  projectId: string,
  give: (project: ProjectHandle, order: OrderOptions) => Promise<Receipt>,
): Promise<number> {
  const { reason, updateId, json } = options;
  const order: OrderOptions = { reason, ...(updateId === undefined ? {} : { updateId }) };
  const receipt = await ask(options, (client) => give(client.project(projectId), order));
  process.stdout.write(`${json ? plainJson(receipt) : `order ${receipt.order}: ${plainText(receipt.effect, 2_000)}`}\n`);
  return 0;
}
