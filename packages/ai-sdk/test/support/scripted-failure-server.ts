import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** What the server does with every request it gets. */
export type ScriptedFailure = (response: ServerResponse) => void;

export interface ScriptedFailureServer {
  readonly baseUrl: string;
  /** Requests received so far. */
  readonly requests: () => number;
  close(): Promise<void>;
}

/** Stands in for a model server that fails in one exact way; it never answers. */
export async function startScriptedFailureServer(fail: ScriptedFailure): Promise<ScriptedFailureServer> {
  let requests = 0;
  const server = createServer((request, response) => {
    requests += 1;
    request.resume().on('end', () => fail(response));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    baseUrl: `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`,
    requests: () => requests,
    close: () =>
      new Promise((resolve, reject) => {
        server.close((error) => (error === undefined ? resolve() : reject(error)));
        server.closeAllConnections();
      }),
  };
}

/** Answers with an HTTP error and a body in the protocol's form. */
export function httpError(
  status: number,
  error: Readonly<Record<string, unknown>> = {},
  headers: Readonly<Record<string, string>> = {},
): ScriptedFailure {
  return (response) => {
    response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(JSON.stringify({ error: { message: 'scripted', ...error } }));
  };
}

/** Answers with success and a body of any kind. */
export function success(body: string): ScriptedFailure {
  return (response) => {
    response.writeHead(200, { 'content-type': 'application/json' }).end(body);
  };
}

/** Takes the request and says nothing. */
export const hang: ScriptedFailure = () => {};

/** Begins an answer and cuts the connection. */
export const reset: ScriptedFailure = (response) => {
  response.writeHead(200, { 'content-type': 'application/json', 'content-length': '1000' });
  response.write('{"id":', () => response.destroy());
};
