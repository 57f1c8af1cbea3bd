/** Bytes of the longest tokens there are: runs of 128 blanks. So many bytes for each token allowed, and more were certainly generated. */
const LONGEST_TOKEN = 128;

/** Bytes of an ordinary token. A piece of a stream holds at least one token, unless something on the way cut it smaller; then its bytes tell. */
const ORDINARY_TOKEN = 4;

/**
 * Tells when a stream has passed the output limit that its provider was given, from what has arrived.
 *
 * Text alone proves little about tokens: `n` bytes are `n` tokens at most and `n / 128` at least; a call of a tool is one at least. So it is passed when the
 * provider says so, when more pieces came than tokens were allowed and their bytes agree, or when calls or bytes leave no other way; at the latest when 128 bytes
 * came for each token.
 */
export class OutputCap {
  readonly #maxOutputTokens: number;
  #pieces = 0;
  #bytes = 0;
  #calls = 0;
  #told = 0;

  constructor(maxOutputTokens: number) {
    this.#maxOutputTokens = maxOutputTokens;
  }

  /** Counts a piece of text, of reasoning, or of a tool's input. */
  add(piece: string): void {
    if (piece === '') return;
    this.#pieces += 1;
    this.#bytes += Buffer.byteLength(piece);
  }

  /** Counts a call of a tool, whose input may be empty and comes by {@link add}. */
  call(name: string): void {
    this.#calls += 1;
    this.#pieces += 1;
    this.#bytes += Buffer.byteLength(name);
  }

  /** Takes what the provider counts while it streams. */
  tell(outputTokens: number): void {
    this.#told = Math.max(this.#told, outputTokens);
  }

  get passed(): boolean {
    const most = this.#maxOutputTokens;
    return this.#told > most || this.fewest > most || (this.#pieces > most && this.#bytes > most * ORDINARY_TOKEN);
  }

  /** Whether anything of an answer has come. */
  get begun(): boolean {
    return this.#pieces > 0;
  }

  /** Tokens that what came takes at least, whatever the tokenizer. */
  get fewest(): number {
    return Math.max(this.#calls, Math.ceil(this.#bytes / LONGEST_TOKEN));
  }

  /** Tokens counted of a stream that was stopped: what the provider said, else its pieces; never fewer than the limit it passed. */
  get counted(): number {
    return Math.max(this.#told, this.#maxOutputTokens, this.#pieces, this.fewest);
  }
}
