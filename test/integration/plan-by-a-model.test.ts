import { localModel } from '@kamachiq/local-model';
import { parseProjectSpec } from 'kamachiq/spec';
import { expect, it } from 'vitest';
import { planPrompt } from '../../src/planning/plan-prompt.js';

it('asks for a plan in a form that the local model can be held to', async () => {
  const model = await localModel({ modelFile: process.env.KAMACHIQ_MODEL_FILE! });
  try {
    const spec = parseProjectSpec('{ name: Letters, goals: [A letter is written.], language: text, budget_total: 5000 }');
    const { messages, answerSchema } = planPrompt(spec, null);
    const request = { messages, answerSchema: answerSchema!, maxOutputTokens: 24, temperature: 0, seed: 1 };
    const { text } = await model.doGenerate(request, new AbortController().signal);
    expect(text.trimStart()).toMatch(/^\{\s*"tasks"/);
  } finally {
    await model.doClose();
  }
});
