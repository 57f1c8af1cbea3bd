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
  readonly connection: Connection;
  close(): Promise<void>;
}

/** @throws KamachiqError `cli.no-server` */
export async function connect({ address, namespace, taskQueue }: ServerOptions): Promise<OpenClient> {
  const connection = await Connection.connect({ address, connectTimeout: 5_000 }).catch((cause: unknown) => {
    throw noServer(address, cause);
  });
  const client = new KamachiqClient(new Client({ connection, namespace }), { taskQueue });
  return { client, connection, close: () => connection.close() };
}

export const noServer = (address: string, cause: unknown) =>
  usageError('no-server', `Expected a Temporal server on ${address}, got no answer.`, 'Start one with `kamachiq dev`, or pass --address.', cause);
