import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { KamachiqError, type LanguageModel, type ModelMessage, type ModelRequest } from 'kamachiq';

/** What the server understands of a request; the rest is ignored, as such servers do. */
interface ChatRequest {
  readonly model?: string;
  readonly messages?: readonly { readonly role: ModelMessage['role']; readonly content: string }[];
  readonly max_tokens?: number;
  readonly temperature?: number;
  readonly seed?: number;
  readonly stop?: readonly string[];
  readonly stream?: boolean;
  readonly stream_options?: { readonly include_usage?: boolean };
  readonly response_format?: { readonly type: string; readonly json_schema?: { readonly schema: Record<string, unknown> } };
}

export interface ModelServer {
  readonly baseUrl: string;
  /** Bodies received, first to last. */
  readonly received: readonly ChatRequest[];
  close(): Promise<void>;
}

export interface ModelServerOptions {
  /** Refuses requests without this key. */
  readonly apiKey?: string;
  /** Leaves `usage` out of its answers, as some servers do. */
  readonly silentAboutUsage?: boolean;
}

const statusOf: Readonly<Record<string, number>> = { 'model.context-too-long': 400, 'model.invalid-request': 400 };

/** A server that speaks the OpenAI chat protocol on loopback, with a real model behind it. Goes on where a last message from the assistant ends. */
export async function startModelServer(model: LanguageModel, { apiKey, silentAboutUsage = false }: ModelServerOptions = {}): Promise<ModelServer> {
  const received: ChatRequest[] = [];
  const server = createServer((request, response) => {
    answer(request, response).catch((error: unknown) => {
      const code = KamachiqError.isInstance(error) ? error.code : 'internal';
      send(response, statusOf[code] ?? 500, {
        error: { message: String(error), type: 'error', code: code === 'model.context-too-long' ? 'context_length_exceeded' : code },
      });
    });
  });

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const body: Buffer[] = [];
    for await (const chunk of request) body.push(chunk as Buffer);
    if (request.method !== 'POST' || request.url !== '/v1/chat/completions') return send(response, 404, { error: { message: 'no such path' } });
    if (apiKey !== undefined && request.headers.authorization !== `Bearer ${apiKey}`) return send(response, 401, { error: { message: 'wrong key' } });
    const chat = JSON.parse(Buffer.concat(body).toString('utf8')) as ChatRequest;
    received.push(chat);
    if (chat.model !== model.id) return send(response, 404, { error: { message: `no model ${chat.model}`, code: 'model_not_found' } });
    const gone = new AbortController();
    response.on('close', () => gone.abort());
    const modelRequest = toModelRequest(chat);
    const { text, usage, finishReason } = await model.doGenerate(modelRequest, gone.signal);
    const about = { id: 'chatcmpl-1', created: 0, model: model.id };
    const said = text.slice(modelRequest.answerPrefix?.length ?? 0);
    const used = {
      usage: { prompt_tokens: usage.inputTokens, completion_tokens: usage.outputTokens, total_tokens: usage.inputTokens + usage.outputTokens },
    };
    if (chat.stream === true) {
      const choice = (delta: object, finish_reason: string | null) => ({ ...about, choices: [{ index: 0, delta, finish_reason }] });
      const words = said.split(/(?<=\s)/).map((word) => choice({ content: word }, null));
      const told = silentAboutUsage || chat.stream_options?.include_usage !== true ? [] : [{ ...about, choices: [], ...used }];
      sendStream(response, [choice({ role: 'assistant' }, null), ...words, choice({}, finishReason), ...told]);
    } else {
      const choices = [{ index: 0, message: { role: 'assistant', content: said }, finish_reason: finishReason }];
      send(response, 200, { ...about, object: 'chat.completion', choices, ...(silentAboutUsage ? {} : used) });
    }
  }

  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    baseUrl: `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`,
    received,
    close: () =>
      new Promise((resolve, reject) => {
        server.close((error) => (error === undefined ? resolve() : reject(error)));
        server.closeAllConnections();
      }),
  };
}

function toModelRequest({ messages = [], max_tokens = 256, temperature = 1, seed, stop, response_format }: ChatRequest): ModelRequest {
  const last = messages.at(-1);
  const continued = last?.role === 'assistant' ? last.content : undefined;
  const schema = response_format?.json_schema?.schema;
  return {
    messages: (continued === undefined ? messages : messages.slice(0, -1)).map(({ role, content }) => ({ role, text: content })),
    maxOutputTokens: max_tokens,
    temperature,
    ...(continued === undefined ? {} : { answerPrefix: continued }),
    ...(seed === undefined ? {} : { seed }),
    ...(stop === undefined ? {} : { stopSequences: stop }),
    ...(schema === undefined ? {} : { answerSchema: schema }),
  };
}

function send(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
}

function sendStream(response: ServerResponse, chunks: readonly object[]): void {
  response.writeHead(200, { 'content-type': 'text/event-stream' });
  for (const chunk of chunks) response.write(`data: ${JSON.stringify({ object: 'chat.completion.chunk', ...chunk })}\n\n`);
  response.end('data: [DONE]\n\n');
}
