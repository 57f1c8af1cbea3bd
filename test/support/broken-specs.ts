/** A spec that can't be read as it was meant, and every place that must be named. */
export interface BrokenSpec {
  readonly name: string;
  readonly text: string;
  /** One line of findings each, in the order of the text. */
  readonly findings: readonly RegExp[];
}

/** Each text the nine-fold of the one before, nine times over: 387 million values if anybody counted them out. */
const aliasBomb = ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h', 'i']
  .map(
    (name, index, names) =>
      `  ${name}: &${name} [${Array(9)
        .fill(index === 0 ? 'lol' : `*${names[index - 1]}`)
        .join(', ')}]`,
  )
  .join('\n');

const cyclic = `
name: Circle
goals: [Two tasks that wait for each other.]
budget_total: 1000
tasks:
  - { id: one, type: design, description: First., estimated_tokens: 10, dependencies: [two], writes: [one.md] }
  - { id: two, type: design, description: Second., estimated_tokens: 10, dependencies: [one], writes: [two.md] }
`;

const manyProblems = `
name: Many
goals: []
budget_total: -5
timeout_minutes: soon
colour: blue
functions:
  - signature: "double(number: int) -> int"
    sentence: Return twice the number.
    examples:
      - { arguments: [1, 2], returns: 4 }
`;

/** What a user may hand in by accident or in malice. */
export const BROKEN_SPECS: readonly BrokenSpec[] = [
  {
    name: 'empty goals, a negative budget, a wrong type, an unknown key and a wrong example',
    text: manyProblems,
    findings: [
      /goals .*line 3.*expected/,
      /budget_total .*line 4.*got -5/,
      /timeout_minutes .*line 5.*got .*soon/,
      /colour .*line 6.*expected/,
      /functions\[0\]\.examples\[0\]\.arguments .*expected 1 argument, got 2/,
    ],
  },
  { name: 'tasks in a circle', text: cyclic, findings: [/tasks.*one.*two/] },
  { name: '10 MB', text: `name: ${'x'.repeat(10 * 1024 * 1024)}\n`, findings: [/expected at most .* got .*10,?485,?767/] },
  {
    name: 'an alias bomb',
    text: `name: Bomb\ngoals: [None.]\nbudget_total: 1\ntasks:\n  - id: one\n    type: code\n    description: One.\n    estimated_tokens: 1\n    inputs:\n${aliasBomb.replaceAll('\n', '\n    ').replace(/^/, '    ')}\n`,
    findings: [/alias/],
  },
  { name: 'text that is no YAML', text: 'name: [unclosed\n', findings: [/line/] },
];
