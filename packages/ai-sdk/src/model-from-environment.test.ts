import { InvalidInputError } from 'kamachiq';
import { describe, expect, it } from 'vitest';
import { modelFromEnvironment } from './model-from-environment.js';

describe('modelFromEnvironment', () => {
  it('makes the model that is named, with and without a key', () => {
    const named = { OPENAI_BASE_URL: 'http://127.0.0.1:9/v1', KAMACHIQ_MODEL: 'Qwen2.5-Coder' };
    expect(modelFromEnvironment(named).id).toBe('openai-compatible/qwen2.5-coder');
    expect(modelFromEnvironment({ ...named, OPENAI_API_KEY: 'sk-1' }).contextTokens).toBe(8192);
  });

  it('names everything that is wrong at once, and never the key', () => {
    const wrong = { OPENAI_BASE_URL: 'file:///etc/passwd', OPENAI_API_KEY: 'sk secret\n', KAMACHIQ_MODEL: ' ' };
    let caught: unknown;
    try {
      modelFromEnvironment(wrong);
    } catch (error) {
      caught = error;
    }
    expect(caught).toBeInstanceOf(InvalidInputError);
    expect((caught as InvalidInputError).findings.map(({ path }) => path)).toEqual(['OPENAI_BASE_URL', 'OPENAI_API_KEY', 'KAMACHIQ_MODEL']);
    expect((caught as InvalidInputError).message).not.toContain('secret');
  });

  it('gives the model the price that is named, both halves or none', () => {
    const named = { OPENAI_BASE_URL: 'http://127.0.0.1:9/v1', KAMACHIQ_MODEL: 'coder' };
    expect(modelFromEnvironment({ ...named, KAMACHIQ_INPUT_PRICE: '0.15', KAMACHIQ_OUTPUT_PRICE: '2' }).price).toEqual({
      inputDollarsPerMillionTokens: 0.15,
      outputDollarsPerMillionTokens: 2,
    });
    expect(modelFromEnvironment({ ...named, KAMACHIQ_INPUT_PRICE: '' }).price).toBeUndefined();
    expect(() => modelFromEnvironment({ ...named, KAMACHIQ_INPUT_PRICE: '1' })).toThrow(/KAMACHIQ_OUTPUT_PRICE: expected dollars .* got nothing/);
    for (const wrong of ['-1', 'free', '1e3', '$1', ' ', '1000001', 'NaN', '0x10']) {
      expect(() => modelFromEnvironment({ ...named, KAMACHIQ_INPUT_PRICE: wrong, KAMACHIQ_OUTPUT_PRICE: '1' })).toThrow(/KAMACHIQ_INPUT_PRICE: /);
    }
  });

  it('names what is missing', () => {
    expect(() => modelFromEnvironment({})).toThrow(/OPENAI_BASE_URL: expected .* got nothing; KAMACHIQ_MODEL: expected .* got nothing/);
  });
});
