import { modelError } from './model-error.js';

/** Bytes that a stream may take whatever its answer: providers repeat the request in it, or the answer at its end. */
const AROUND_STREAM = 16 * 1024 * 1024;

/** Bytes that a stream may take for each token of its answer: an event around it, as sent and as read. */
const AROUND_TOKEN = 4 * 1024;

/** Bytes counted for a value beside its text. */
const AROUND_VALUE = 8;

/** Lists and mappings in a part of a stream that may stand inside each other. */
const DEEPEST_PART = 64;

/**
 * Bounds what a stream may send beside an answer's own text: names, ids, events that hold nothing. It counts each part as it was sent and as it was read, so that
 * what any client keeps of them while it reads is bounded too.
 */
export class StreamBound {
  readonly #most: number;
  #came = 0;

  constructor(maxOutputTokens: number) {
    this.#most = AROUND_STREAM + AROUND_TOKEN * maxOutputTokens;
  }

  /** @throws ModelCallError `model.garbled` for a part that is too deep, or once more came than an answer can need. */
  take(part: object): void {
    // Layer by layer: what a server sent may be too deep for a function that calls itself.
    let layer: readonly unknown[] = [part];
    for (let depth = 0; layer.length > 0; depth += 1) {
      if (depth > DEEPEST_PART)
        throw modelError('model.garbled', `a piece of a stream with more than ${DEEPEST_PART} lists and mappings inside each other`);
      const inside: unknown[] = [];
      for (const value of layer) this.#count(value, inside);
      layer = inside;
    }
  }

  #count(value: unknown, inside: unknown[]): void {
    this.#came += AROUND_VALUE;
    if (typeof value === 'string') this.#came += value.length;
    else if (ArrayBuffer.isView(value)) this.#came += value.byteLength;
    else if (Array.isArray(value)) for (const each of value) inside.push(each);
    else if (typeof value === 'object' && value !== null) {
      for (const [key, each] of Object.entries(value)) {
        this.#came += key.length;
        inside.push(each);
      }
    }
    if (this.#came > this.#most) throw modelError('model.garbled', `a stream of more than ${this.#most} bytes`);
  }
}
