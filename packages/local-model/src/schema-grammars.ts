import type { Llama, LlamaGrammar } from 'node-llama-cpp';
import { grammarForJsonSchema } from './grammar-for-json-schema.js';
import { invalidRequest } from './request-problem.js';

/** Grammars kept for the schemas that come again and again. */
const KEPT = 32;

/** Compiles answer schemas, each once. */
export class SchemaGrammars {
  readonly #llama: Llama;
  readonly #compiled = new Map<string, LlamaGrammar>();

  constructor(llama: Llama) {
    this.#llama = llama;
  }

  /** @throws ModelCallError `model.invalid-request` naming what the schema asks for that a grammar can't hold a model to. */
  async compile(schema: Readonly<Record<string, unknown>>): Promise<LlamaGrammar> {
    const grammar = grammarForJsonSchema(schema);
    const known = this.#compiled.get(grammar);
    this.#compiled.delete(grammar);
    const compiled = known ?? (await this.#parse(grammar));
    this.#compiled.set(grammar, compiled);
    for (const oldest of this.#compiled.keys()) {
      if (this.#compiled.size <= KEPT) break;
      this.#compiled.delete(oldest);
    }
    return compiled;
  }

  async #parse(grammar: string): Promise<LlamaGrammar> {
    try {
      return await this.#llama.createGrammar({ grammar });
    } catch (cause) {
      throw invalidRequest('answerSchema refers to itself without anything in between, or is too large for a grammar.', undefined, cause);
    }
  }
}
