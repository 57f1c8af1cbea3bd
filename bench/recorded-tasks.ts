import { fileURLToPath } from 'node:url';
import { pythonCommandLineTemplate } from '@kamachiq/python';
import type { FunctionSpec, TaskNode } from 'kamachiq';
import { loadProjectSpec } from 'kamachiq/spec';

/** The functions of the recorded tasks. */
const FUNCTIONS = fileURLToPath(new URL('journals/functions.yaml', import.meta.url));

/** Tokens that the template's own estimate, made for forty candidates, is divided by: five candidates for each attempt. */
const FEWER_CANDIDATES = 8;

const DOCUMENT_TOKENS = 500;

/** A task that is carried out by itself. */
export interface RecordedTask {
  readonly projectId: string;
  readonly node: TaskNode;
  /** What the agent is told of the project. */
  readonly aims: string;
  /** Of every draw. */
  readonly seed: number;
}

/** Of each function in turn: its code, and a document on it in as many rounds as there are kinds of documents. */
export async function recordedTasks(rounds: number): Promise<readonly RecordedTask[]> {
  const spec = await loadProjectSpec(FUNCTIONS);
  const aims = `The project's goals:\n${bullets(spec.goals)}\n\nConstraints:\n${bullets(spec.constraints)}`;
  return Array.from({ length: rounds }, (_, seed) => {
    // Half of the examples are shown to the model, the first ones: each round shows others.
    const functions = spec.functions.map((made) => ({ ...made, examples: turned(made.examples, seed) }));
    const nodes = pythonCommandLineTemplate.decompose(spec, functions).filter(({ template }) => template === 'python-function');
    return nodes.flatMap((node, index) =>
      [
        { ...node, estimatedTokens: Math.ceil(node.estimatedTokens / FEWER_CANDIDATES) },
        ...(DOCUMENTS[seed] === undefined ? [] : [documentTask(functions[index]!, DOCUMENTS[seed])]),
      ].map((task) => ({ projectId: `recorded-${seed}-${task.id}`, node: task, aims, seed })),
    );
  }).flat();
}

const DOCUMENTS: readonly ((signature: string) => string)[] = [
  (signature) => `Write one sentence that tells users what the function ${signature} is for.`,
  (signature) => `Write a note of two sentences for the change log: the function ${signature} was added.`,
];

function documentTask({ name, parameters, returns, sentence }: FunctionSpec, describe: (signature: string) => string): TaskNode {
  const signature = `${name}(${parameters.map((parameter) => `${parameter.name}: ${parameter.type}`).join(', ')}) -> ${returns}`;
  return {
    id: `document-${name}`,
    type: 'design',
    description: describe(signature),
    dependencies: [],
    estimatedTokens: DOCUMENT_TOKENS,
    inputs: { function: signature, sentence },
    writes: [`docs/${name}.md`],
    successCriteria: ['It names the function.'],
  };
}

const bullets = (lines: readonly string[]): string => lines.map((line) => `- ${line}`).join('\n');

const turned = <Item>(items: readonly Item[], by: number): readonly Item[] => items.map((_, index) => items[(index + by) % items.length]!);
