import { modelError } from './model-error.js';

/** Bytes read of an error's body. */
const ERROR_BYTES = 64 * 1024;

/** Bytes of an answer that comes in one piece, of one event of a stream, and of what does not say what it is. */
const WHOLE_BYTES = 16 * 1024 * 1024;
const EVENT_BYTES = 1024 * 1024;
const UNKNOWN_BYTES = 1024 * 1024;

/**
 * A `fetch` for providers of the AI SDK whose answers take no more memory than answers can need, whatever a server sends.
 *
 * Errors are read up to 64 KiB, an answer in one piece up to 16 MiB, an event of a stream up to 1 MiB. A stream may have any number of events: `aiSdkModel` and
 * `aiSdkAgentRunner` stop reading it once more came than the output limit allows. A server that was asked for a stream and answers with one JSON document in
 * OpenAI's form is understood.
 *
 * @param fetch - What makes the requests. @defaultValue the runtime's own
 * @throws ModelCallError `model.garbled` from the body of an answer that is larger.
 * @public
 */
export function boundedFetch(fetch: typeof globalThis.fetch = globalThis.fetch): typeof globalThis.fetch {
  return async (input, init) => {
    const response = await fetch(input, init);
    const { body, headers, status, statusText } = response;
    if (body === null) return response;
    const kind = headers.get('content-type') ?? '';
    const rest = { headers: withoutLength(headers), status, statusText };
    if (!response.ok) return new Response(body.pipeThrough(cutAt(ERROR_BYTES)), rest);
    if (kind.includes('text/event-stream')) return new Response(body.pipeThrough(refuseEvents(EVENT_BYTES)), rest);
    if (!kind.includes('application/json')) return new Response(body.pipeThrough(refuseBeyond(UNKNOWN_BYTES)), rest);
    const whole = new Response(body.pipeThrough(refuseBeyond(WHOLE_BYTES)), rest);
    return asksForStream(init?.body) ? new Response(asEventStream(await whole.text()), rest) : whole;
  };
}

/** Lengths and encodings are those of the body as it came over the wire. */
function withoutLength(headers: Headers): Headers {
  const kept = new Headers(headers);
  for (const name of ['content-length', 'content-encoding', 'transfer-encoding']) kept.delete(name);
  return kept;
}

const asksForStream = (body: unknown): boolean => typeof body === 'string' && /"stream"\s*:\s*true/.test(body);

/** One chunk with all of the answer. What is no answer goes on as it came, for the provider's client to say so. */
function asEventStream(text: string): string {
  const answer = parse(text);
  const choices = answer?.choices;
  if (!Array.isArray(choices) || choices.length === 0 || !choices.every(isObject)) return `data: ${text.replace(/[\r\n]/g, ' ')}\n\n`;
  const chunk = { ...answer, choices: choices.map(({ message, ...choice }) => ({ ...choice, delta: message })) };
  return `data: ${JSON.stringify(chunk)}\n\ndata: [DONE]\n\n`;
}

const isObject = (value: unknown): value is { readonly message?: unknown } => typeof value === 'object' && value !== null;

function parse(text: string): { readonly choices?: unknown } | null {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' ? value : null;
  } catch {
    return null;
  }
}

function cutAt(bytes: number): TransformStream<Uint8Array, Uint8Array> {
  let left = bytes;
  return new TransformStream({
    transform(chunk, controller) {
      controller.enqueue(chunk.subarray(0, left));
      left -= Math.min(left, chunk.byteLength);
      if (left === 0) controller.terminate();
    },
  });
}

function refuseBeyond(bytes: number): TransformStream<Uint8Array, Uint8Array> {
  let came = 0;
  return new TransformStream({
    transform(chunk, controller) {
      came += chunk.byteLength;
      if (came > bytes) throw modelError('model.garbled', `more than ${bytes} bytes in one piece`);
      controller.enqueue(chunk);
    },
  });
}

function refuseEvents(bytes: number): TransformStream<Uint8Array, Uint8Array> {
  let came = 0;
  let line = 0;
  return new TransformStream({
    transform(chunk, controller) {
      for (const byte of chunk) {
        came += 1;
        if (byte === CARRIAGE_RETURN) continue;
        // An empty line ends an event.
        if (byte === LINE_BREAK && line === 0) came = 0;
        line = byte === LINE_BREAK ? 0 : line + 1;
        if (came > bytes) throw modelError('model.garbled', `more than ${bytes} bytes without the end of an event`);
      }
      controller.enqueue(chunk);
    },
  });
}

const CARRIAGE_RETURN = 13;
const LINE_BREAK = 10;
