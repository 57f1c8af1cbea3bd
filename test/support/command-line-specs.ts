/** One function that any model can write, and what the program must print for it. */
export const spec = (printed: string) => `
name: Steps
goals: [A command line program counts on.]
budget_total: 20000
functions:
  - signature: "increase(number: int) -> int"
    sentence: Return the number plus one.
    examples:
      - { arguments: [1], returns: 2 }
      - { arguments: [-1], returns: 0 }
      - { arguments: [41], returns: 42 }
acceptance:
  - { run: [increase, "41"], stdout: "${printed}" }
`;

/** Documents that take a model some time. */
export const LETTERS = `
name: Letters
goals: [Letters are written.]
language: text
budget_total: 20000
tasks:
  - { id: first, type: design, description: Write a long letter about the sea., estimated_tokens: 3000, writes: [first.md] }
  - { id: second, type: design, description: Write a long letter about the wind., dependencies: [first], estimated_tokens: 3000, writes: [second.md] }
  - { id: last, type: design, description: Write a long letter about the sun., dependencies: [second], estimated_tokens: 3000, writes: [last.md] }
`;

/** Examples that no rule connects; tokens for a few candidates. */
export const IMPOSSIBLE = `
name: Riddle
goals: [A function nobody can guess.]
budget_total: 2000
tasks:
  - id: guess
    type: code
    description: Write the function guess.
    estimated_tokens: 500
    template: python-function
    writes: [riddle/guess.py]
    inputs:
      package: riddle
      usedFunctions: []
      function:
        name: guess
        parameters: [{ name: number, type: int }]
        returns: int
        sentence: Return the answer.
        uses: []
        examples:
          - { arguments: [17], returns: 90210 }
          - { arguments: [18], returns: -4 }
          - { arguments: [19], returns: 31415 }
`;

/** No tokens to ask a model for a plan. */
export const POOR = `
name: Poor
goals: [A command line program doubles numbers.]
budget_total: 150
acceptance:
  - { run: [double, "4"], stdout: "8" }
`;
