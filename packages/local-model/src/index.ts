/**
 * A language model in process, on the CPU, with grammar, seeds and exact token counts.
 *
 * @packageDocumentation
 */
export { type LocalModel, type LocalModelOptions, localModel } from './local-model.js';
