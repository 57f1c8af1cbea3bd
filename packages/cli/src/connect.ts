import { Client, Connection } from '@temporalio/client';
import { KamachiqClient } from 'kamachiq/client';
import { usageError } from './usage-error.js';

/** Where a server is and what of it is ours. */
export interface ServerOptions {
  readonly address: string;
  readonly namespace: string;
  readonly taskQueue: string;
}

/** An open connection with our client on it. */
export interface OpenClient {
  readonly client: KamachiqClient;
  /** What it rests on. */
  readonly temporal: Client;
  readonly connection: Connection;
  close(): Promise<void>;
}

/** How long server and worker may take to answer a command, in milliseconds; by itself the client would ask for half a minute. */
const ANSWER_LIMIT = 15_000;

/** @throws KamachiqError `cli.invalid-address`, `cli.no-server` */
export async function connect({ address, namespace, taskQueue }: ServerOptions): Promise<OpenClient> {
  requireAddress(address);
  const connection = await Connection.connect({ address, connectTimeout: 5_000 }).catch((cause: unknown) => {
    throw noServer(address, cause);
  });
  const temporal = new Client({ connection, namespace });
  const client = new KamachiqClient(temporal, { taskQueue });
  return { client, temporal, connection, close: () => connection.close() };
}

export const noServer = (address: string, cause: unknown) =>
  usageError('no-server', `Expected a Temporal server on ${address}, got no answer.`, 'Start one with `kamachiq dev`, or pass --address.', cause);

/**
 * Opens a connection, asks what is to be asked within the limit, and closes it again.
 *
 * @throws KamachiqError `cli.invalid-address`, `cli.no-server`, and what the questions meet
 */
export async function ask<Result>(options: ServerOptions, questions: (client: KamachiqClient, temporal: Client) => Promise<Result>): Promise<Result> {
  const { client, temporal, connection, close } = await connect(options);
  try {
    return await connection.withDeadline(Date.now() + ANSWER_LIMIT, () => questions(client, temporal));
  } finally {
    await close();
  }
}

/** @throws KamachiqError `cli.invalid-address` */
export function requireAddress(address: string): void {
  const port = /^(?:\[[0-9a-fA-F.:]+\]|[^\s:/[\]]+)(?::(\d{1,5}))?$/.exec(address);
  if (port !== null && Number(port[1] ?? 1) >= 1 && Number(port[1] ?? 1) <= 65_535) return;
  throw usageError(
    'invalid-address',
    `Expected the address of a Temporal server as host:port, got ${JSON.stringify(address)}.`,
    'Pass one such as 127.0.0.1:7233, without a scheme.',
  );
}
