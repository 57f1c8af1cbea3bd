import type { LlamaModel, Token } from 'node-llama-cpp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { loadModelFile } from '../src/load-model-file.js';
import { PromptSequence } from '../src/prompt-sequence.js';
import { modelFile } from './support/model-file.js';

describe('PromptSequence', () => {
  let model: LlamaModel;
  let sequence: PromptSequence;
  beforeAll(async () => {
    model = await loadModelFile(modelFile());
    sequence = await PromptSequence.open(model, 512, 1);
  });
  afterAll(async () => {
    await sequence.close();
    await model.dispose();
  });

  const sampling = { temperature: 1, seed: 1, grammar: null };
  const draw = async (prompt: readonly Token[], checkpoint: () => void = () => {}) => {
    const tokens: Token[] = [];
    for await (const token of sequence.generate(prompt, [], sampling, checkpoint)) {
      tokens.push(token);
      if (tokens.length === 5) break;
    }
    return tokens;
  };

  it('keeps a whole prompt for the same one, and whole steps of 64 tokens for one that begins alike', async () => {
    const prompt = model.tokenize('One prompt that is long enough for several steps. '.repeat(20), false);
    expect(sequence.countReusable(prompt)).toBe(0);
    const first = await draw(prompt);
    expect(sequence.countReusable(prompt)).toBe(prompt.length - 1);
    expect(sequence.countReusable([...prompt.slice(0, 150), ...model.tokenize(' other', false)])).toBe(128);
    expect(sequence.countReusable(prompt.slice(0, 100))).toBe(64);
    expect(sequence.countReusable([...prompt, ...prompt])).toBe(Math.floor((prompt.length - 1) / 64) * 64);
    expect(await draw(prompt)).toEqual(first);
  });

  it('keeps no more than it evaluated when a call ends in the middle of its prompt', async () => {
    const prompt = model.tokenize('Another prompt, which is cut off while it is read. '.repeat(20), false);
    let steps = 0;
    const stop = () => {
      steps += 1;
      if (steps === 3) throw new Error('stopped');
    };
    await expect(draw(prompt, stop)).rejects.toThrow('stopped');
    expect(sequence.countReusable(prompt)).toBe(128);
    const resumed = await draw(prompt);
    await draw(model.tokenize('Something else.', false));
    expect(await draw(prompt)).toEqual(resumed);
  });
});
