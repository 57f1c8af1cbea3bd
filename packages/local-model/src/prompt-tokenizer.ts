import type { ModelMessage, ModelRequest } from 'kamachiq';
import { type ChatHistoryItem, type ChatWrapper, JinjaTemplateChatWrapper, type LlamaModel, resolveChatWrapper, type Token } from 'node-llama-cpp';
import { invalidRequest } from './request-problem.js';

/** Everything that a call has the model read, in the order it reads it. */
export interface PromptTokens {
  /** The conversation, up to the place where the answer begins. */
  readonly prompt: readonly Token[];
  /** The text that the answer must begin with; empty where the request names none. */
  readonly answerPrefix: readonly Token[];
}

/**
 * Turns messages into tokens by the chat template that came with the model.
 *
 * Text is hostile: what spells a control token in a message becomes ordinary tokens; only the template itself writes control tokens.
 */
export class PromptTokenizer {
  readonly #model: LlamaModel;
  readonly #template: ChatWrapper;

  constructor(model: LlamaModel) {
    this.#model = model;
    this.#template = templateOf(model);
  }

  /** @throws ModelCallError `model.invalid-request` where the template refuses this order of roles. */
  tokenize({ messages, answerPrefix = '' }: ModelRequest): PromptTokens {
    return {
      prompt: this.#render([...messages.map(toHistoryItem), { type: 'model', response: [''] }]),
      answerPrefix: answerPrefix === '' ? [] : this.#model.tokenize(answerPrefix, false, 'trimLeadingSpace'),
    };
  }

  #render(chatHistory: ChatHistoryItem[]): Token[] {
    try {
      return this.#template.generateContextState({ chatHistory }).contextText.tokenize(this.#model.tokenizer);
    } catch (cause) {
      throw invalidRequest(
        `The model's chat template refuses the messages: ${cause instanceof Error ? cause.message : String(cause)}.`,
        'Send at most one system message, first, then user and assistant in turn.',
        cause,
      );
    }
  }
}

function templateOf(model: LlamaModel): ChatWrapper {
  const template = model.fileInfo.metadata.tokenizer?.chat_template;
  if (template === undefined) return resolveChatWrapper(model);
  try {
    // The engine's own wrappers for known families add what the template doesn't hold, such as today's date: equal requests would differ from day to day.
    return new JinjaTemplateChatWrapper({ template, reasoning: false, trimLeadingWhitespaceInResponses: false, tokenizer: model.tokenizer });
  } catch {
    return resolveChatWrapper(model);
  }
}

function toHistoryItem({ role, text }: ModelMessage): ChatHistoryItem {
  return role === 'assistant' ? { type: 'model', response: [text] } : { type: role, text };
}
