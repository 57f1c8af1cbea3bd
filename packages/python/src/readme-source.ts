import { type FunctionSpec, MOTTO } from 'kamachiq';
import { commandExamples, shellWord } from './command-example.js';
import { commandName, signatureOf } from './function-source.js';
import { itemTypeOf } from './python-types.js';
import type { PackageInputs } from './task-inputs.js';

/** `README.md`: what the project does, every command with an example, how to use and test it. */
export function readmeSource({ package: packageName, title, goals, functions }: PackageInputs): string {
  const first = functions[0]!;
  const sections = [
    `> ${MOTTO}`,
    `# ${markdown(title) || packageName}`,
    goals.map((goal) => `- ${markdown(goal)}`).join('\n'),
    '## Commands',
    `Run from this folder, with Python 3.9 or later; nothing else is needed. \`python -m ${packageName} --help\` lists the commands.`,
    'What can go wrong with the arguments is told on standard error as `error: …` with exit code 1; wrong usage ends with exit code 2.',
    ...functions.map((spec) => commandSection(packageName, spec)),
    '## As a package',
    `\`\`\`python\nfrom ${packageName} import ${first.name}\n\`\`\``,
    functions.map((spec) => `- \`${signatureOf(spec).slice(4, -1)}\``).join('\n'),
    '## Tests',
    '```\npython -m unittest\n```',
  ];
  return `${sections.filter((section) => section !== '').join('\n\n')}\n`;
}

function commandSection(packageName: string, spec: FunctionSpec): string {
  const usage = spec.parameters.map(({ name, type }) => (itemTypeOf(type) === null ? name.toUpperCase() : `${name.toUpperCase()}...`));
  const program = `python -m ${packageName}`;
  const examples = commandExamples(spec).map(({ arguments: words, printed }) => {
    const seen = printed === null ? 'error: …' : printed;
    return `$ ${program} ${words.map(shellWord).join(' ')}${seen === '' ? '' : `\n${seen}`}`;
  });
  const parts = [
    `### ${commandName(spec.name)}`,
    markdown(spec.sentence),
    `Usage: \`${[program, commandName(spec.name), ...usage].join(' ')}\``,
    examples.length === 0 ? '' : `${fenceFor(examples)}\n${examples.join('\n')}\n${fenceFor(examples)}`,
    spec.parameters.some(({ type }) => (itemTypeOf(type) ?? type) === 'str') ? 'A text given as `-` is read from standard input.' : '',
  ];
  return parts.filter((part) => part !== '').join('\n\n');
}

/** Longer than any run of backticks inside. */
function fenceFor(lines: readonly string[]): string {
  const longest = Math.max(2, ...[...lines.join('\n').matchAll(/`+/g)].map(([run]) => run.length));
  return '`'.repeat(longest + 1);
}

/** Plain text as Markdown shows it: on one line, with nothing in it that Markdown would take for a mark. */
function markdown(text: string): string {
  return text
    .replaceAll(/\s+/g, ' ')
    .trim()
    .replaceAll(/[\\`*_[\]<>#|~]/g, '\\$&');
}
