/* An agent in a process of its own, in whatever language: it reads and writes lines of JSON. It has no model, no network and no budget; whoever started it has. */

import { createInterface } from 'node:readline';

const lines = createInterface({ input: process.stdin })[Symbol.asyncIterator]();
const tell = (message) => process.stdout.write(`${JSON.stringify(message)}\n`);
const hear = async () => {
  const { done, value } = await lines.next();
  return done ? process.exit() : JSON.parse(value);
};

const { task, instructions } = await hear();
let problems = [];
for (;;) {
  const text = [task.description, ...problems].join('\n');
  tell({
    ask: {
      messages: [
        { role: 'system', text: instructions },
        { role: 'user', text },
      ],
      maxOutputTokens: 200,
    },
  });
  const { said } = await hear();
  tell({ made: [{ path: 'answer.py', text: said }] });
  ({ problems } = await hear());
}
