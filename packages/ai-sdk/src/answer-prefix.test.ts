import { describe, expect, it } from 'vitest';
import { messagesWithPrefix, textWithPrefix } from './answer-prefix.js';

const user = { role: 'user' as const, text: 'Write add.' };

describe('messagesWithPrefix', () => {
  it('sends the prefix as the assistant where the provider continues it', () => {
    expect(messagesWithPrefix({ messages: [user], maxOutputTokens: 1, answerPrefix: 'def' }, 'continue')).toEqual([
      user,
      { role: 'assistant', text: 'def' },
    ]);
  });

  it('asks for it in the last message of the user, or in one more', () => {
    const asked = messagesWithPrefix({ messages: [user], maxOutputTokens: 1, answerPrefix: 'def' }, 'instruct');
    expect(asked).toHaveLength(1);
    expect(asked[0]?.text).toMatch(/^Write add\.\n\n.*\ndef$/s);
    const assistant = { role: 'assistant' as const, text: 'Well.' };
    expect(messagesWithPrefix({ messages: [user, assistant], maxOutputTokens: 1, answerPrefix: 'def' }, 'instruct').map(({ role }) => role)).toEqual([
      'user',
      'assistant',
      'user',
    ]);
  });

  it('leaves a request without a prefix alone', () => {
    expect(messagesWithPrefix({ messages: [user], maxOutputTokens: 1 }, 'instruct')).toEqual([user]);
  });
});

describe('textWithPrefix', () => {
  it.each([
    ['the prefix and more', 'def add(a, b):\n    return a + b', 'def add(a, b):\n    return a + b'],
    ['a fence around it', '```python\ndef add(a, b):\n    return a + b\n```', 'def add(a, b):\n    return a + b\n```'],
    ['blanks before it', '\n\n def add(a, b):\n    return a + b', 'def add(a, b):\n    return a + b'],
    ['its continuation', '\n    return a + b', 'def add(a, b):\n    return a + b'],
  ])('takes %s', (_, text, expected) => {
    expect(textWithPrefix(text, 'def add(a, b):', 'instruct')).toBe(expected);
  });

  it('finds an indented prefix behind a fence', () => {
    expect(textWithPrefix('```\n  x = 1', '  x', 'instruct')).toBe('  x = 1');
  });

  it('joins what a continuing provider sends, even where it repeats the prefix', () => {
    expect(textWithPrefix('aa', 'a', 'continue')).toBe('aaa');
  });
});
