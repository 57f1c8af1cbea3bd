/** What a model may say instead of what it was asked for, made of its right answer, under what is hostile about it. */
export const hostilePlanAnswers: readonly (readonly [name: string, spoil: (answer: string) => string])[] = [
  ['an answer of nothing', () => ''],
  ['an answer without JSON', () => 'I would rather not plan that.'],
  ['half of the right answer', (answer) => answer.slice(0, answer.length / 2)],
  ['control characters around the right answer', (answer) => `\u0000\u001b[2J${answer}\u2028\u0007`],
  // Between words, so that names and ids stay what they are and the answer may pass.
  ['line breaks and control characters in its sentences', (answer) => answer.replaceAll(/(\w) (?=\w)/g, '$1\\n\\u0007')],
  ['texts that reach prototypes', (answer) => withTexts(answer, '__proto__')],
  ['texts that lead out of the project', (answer) => withTexts(answer, '../up')],
  ['texts of a hundred thousand characters', (answer) => withTexts(answer, 'x'.repeat(100_000))],
  ['a task whose id reaches prototypes', () => plan({ id: '__proto__' })],
  ['a task whose inputs reach prototypes', () => plan({ inputs: JSON.parse('{"__proto__": {"isHostile": true}}') })],
  ['a task that writes out of the project', () => plan({ writes: ['../up.md', '/etc/passwd'] })],
  ['a task that waits for itself', () => plan({ dependencies: ['one', 'nobody'] })],
  ['a million characters', () => 'x'.repeat(1_000_000)],
  ['a million brackets inside each other', () => '['.repeat(1_000_000)],
];

/** Puts one text in the place of every value that is a text, and leaves keys as they are. */
const withTexts = (answer: string, text: string): string => answer.replaceAll(/"(?:[^"\\]|\\.)*"(?!\s*:)/g, () => JSON.stringify(text));

const plan = (rest: object): string =>
  JSON.stringify({
    tasks: [
      {
        id: 'one',
        type: 'design',
        description: 'Write one.',
        dependencies: [],
        estimatedTokens: 1_000,
        inputs: {},
        writes: ['one.md'],
        successCriteria: ['It is written.'],
        ...rest,
      },
    ],
  });
