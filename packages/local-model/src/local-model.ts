import type { LanguageModel } from 'kamachiq';

/** Where the model lies and how much of the machine it may use. @public */
export interface LocalModelOptions {
  /** Path of a GGUF file; of the first part where the model is split. */
  readonly modelFile: string;
  /** Tokens of prompt and answer together, for each call. @default 4096, or what the model was trained on where that is less */
  readonly contextTokens?: number;
  /** Calls evaluated side by side; further callers wait in the order they came. Each takes memory for a context of its own. @default 2 */
  readonly parallelSequences?: number;
  /** Processor threads for each call under evaluation. @default 1 */
  readonly threads?: number;
}

/** A model in this process, loaded once and shared by all its callers until it is closed. @public */
export interface LocalModel extends LanguageModel {
  /** Ends calls under way with `model.unavailable` and frees the model's memory; closing twice is closing once. */
  doClose(): Promise<void>;
}

/**
 * Loads a GGUF file for use as a language model, on the CPU alone.
 *
 * The same request with the same seed gives the same answer, whatever ran before or runs beside it. A request without a seed draws a fresh one where its
 * temperature is above 0. Above temperature 0 a token is drawn from the 40 most probable and of those from the most probable 95 %.
 *
 * @throws KamachiqError `model.file-unreadable` for a file that is missing or is no usable model; InvalidInputError for options out of range;
 * ModelCallError `model.unavailable` where this system can't run it.
 * @public
 */
export async function localModel(options: LocalModelOptions): Promise<LocalModel> {
  // The engine's module awaits at its top level: imported from the start, no CommonJS host could require this package.
  const { openLocalModel } = await import('./open-local-model.js');
  return openLocalModel(options);
}
