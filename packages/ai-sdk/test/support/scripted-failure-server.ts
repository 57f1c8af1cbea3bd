import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** What the server does with a request: its number from 0, and its body. */
export type ScriptedFailure = (response: ServerResponse, index: number, body: string) => void;

export interface ScriptedFailureServer {
  readonly baseUrl: string;
  /** Requests received so far. */
  readonly requests: () => number;
  /** Fulfilled when a client has closed a connection before its answer was complete. */
  readonly abandoned: Promise<void>;
  close(): Promise<void>;
}

/** Stands in for a model server that fails in exact ways. */
export async function startScriptedFailureServer(fail: ScriptedFailure): Promise<ScriptedFailureServer> {
  let requests = 0;
  const { promise: abandoned, resolve: abandon } = Promise.withResolvers<void>();
  const server = createServer((request, response) => {
    const index = requests;
    requests += 1;
    const body: Buffer[] = [];
    response.on('close', () => {
      if (!response.writableFinished) abandon();
    });
    request.on('data', (chunk: Buffer) => body.push(chunk)).on('end', () => fail(response, index, Buffer.concat(body).toString()));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    baseUrl: `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`,
    requests: () => requests,
    abandoned,
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

/** Answers with success and a body of any kind, in one piece. */
export function success(body: string, contentType = 'application/json'): ScriptedFailure {
  return (response) => {
    response.writeHead(200, { 'content-type': contentType }).end(body);
  };
}

/** What a usage says, as the protocol has it. */
interface Usage {
  readonly prompt_tokens: unknown;
  readonly completion_tokens: unknown;
}

/** A piece of a stream in the protocol's form. */
export const piece = (content: string | null, rest: { readonly finish_reason?: string; readonly usage?: Usage; readonly delta?: object } = {}) => {
  const { usage, finish_reason = null, delta = content === null ? {} : { content } } = rest;
  const choice = { index: 0, delta, finish_reason };
  return `data: ${JSON.stringify({ id: 'x', created: 0, model: 'm', choices: [choice], ...(usage === undefined ? {} : { usage }) })}\n\n`;
};

/** The last pieces of a stream that ends well. */
export const ending = (usage?: Usage, finish_reason = 'stop') =>
  `${piece(null, { finish_reason })}${usage === undefined ? '' : `data: ${JSON.stringify({ id: 'x', created: 0, model: 'm', choices: [], usage })}\n\n`}data: [DONE]\n\n`;

/** Streams a text and ends well. */
export function streamed(text: string, usage?: Usage, finishReason?: string): ScriptedFailure {
  return success(`${piece(text)}${ending(usage, finishReason)}`, 'text/event-stream');
}

/** Begins a stream and goes on as `then` says. */
export function beginning(begun: string, then: (response: ServerResponse) => void): ScriptedFailure {
  return (response) => {
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    response.write(begun, () => then(response));
  };
}

/** Writes the same again and again for as long as somebody reads, and no faster. */
export function forever(text: string | Buffer, contentType = 'text/event-stream', status = 200): ScriptedFailure {
  return (response) => {
    response.writeHead(status, { 'content-type': contentType });
    const write = () => {
      while (!response.destroyed) if (!response.write(text)) return void response.once('drain', write);
    };
    write();
  };
}

/** Takes the request and says nothing. */
export const hang: ScriptedFailure = () => {};

/** Takes the request and cuts the connection. */
export const cut: ScriptedFailure = (response) => response.destroy();

/** Sends elsewhere, which is here. */
export const redirect: ScriptedFailure = (response) => {
  response.writeHead(307, { location: '/v1/chat/completions' }).end();
};

/** Begins an answer in one piece and cuts the connection. */
export const reset: ScriptedFailure = (response) => {
  response.writeHead(200, { 'content-type': 'application/json', 'content-length': '1000' });
  response.write('{"id":', () => response.destroy());
};
