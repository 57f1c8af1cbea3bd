import { describe, expect, it } from 'vitest';
import { readRunningCount } from './running-count.js';

const openAi = (completion_tokens: unknown, choice: object = { delta: { content: 'a' }, finish_reason: null }) => ({
  choices: [choice],
  usage: { completion_tokens },
});

describe('readRunningCount', () => {
  it.each<[unknown, number]>([
    [openAi(7), 7],
    [openAi(7, { delta: {}, finish_reason: 'stop' }), 0],
    [{ choices: [], usage: { completion_tokens: 7 } }, 0],
    [{ candidates: [{ content: { parts: [] } }], usageMetadata: { candidatesTokenCount: 9 } }, 9],
    [{ candidates: [{ content: { parts: [] }, finishReason: 'STOP' }], usageMetadata: { candidatesTokenCount: 9 } }, 0],
    [openAi(-7), 0],
    [openAi(1e300), 0],
    [openAi('7'), 0],
    [openAi(undefined), 0],
    [{ choices: 'none', usage: 7 }, 0],
    [{ choices: [null], usage: null }, 0],
    ['{}', 0],
    [null, 0],
  ])('reads %j', (piece, count) => {
    expect(readRunningCount(piece)).toBe(count);
  });
});
