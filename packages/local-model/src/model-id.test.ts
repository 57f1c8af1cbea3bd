import { describe, expect, it } from 'vitest';
import { modelId } from './model-id.js';

describe('modelId', () => {
  it.each([
    ['/models/SmolLM2-135M-Instruct.Q4_1.gguf', 'local/smollm2-135m-instruct-q4_1'],
    ['qwen2.5-coder-0.5b-instruct-q4_k_m.gguf', 'local/qwen2.5-coder-0.5b-instruct-q4_k_m'],
    ['Big-00001-of-00003.gguf', 'local/big'],
    ['my model (copy).GGUF', 'local/my-model-copy-'],
    ['phi-3.5-mini.BF16.gguf', 'local/phi-3.5-mini-bf16'],
    ['plain', 'local/plain'],
  ])('names %s %s', (file, id) => {
    expect(modelId(file)).toBe(id);
  });
});
