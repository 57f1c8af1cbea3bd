import { jsonSchema, type ToolSet, tool } from 'ai';
import { type AgentRequest, type AssembledAnswer, findOutputProblems, type TaskOutputs } from 'kamachiq';

/** Most characters of a file that an agent writes. */
const FILE_CHARACTERS = 1_000_000;

/** What an agent has before it: the files there are, those it is to write, and what it hands on. */
export class AgentDesk {
  readonly #request: AgentRequest;
  readonly #written = new Map<string, string>();
  #outputs: TaskOutputs | undefined;
  #changes = 0;

  constructor(request: AgentRequest) {
    this.#request = request;
  }

  /** Grows with everything that is written or handed on. */
  get changes(): number {
    return this.#changes;
  }

  made(): AssembledAnswer {
    const files = [...this.#written].map(([path, text]) => ({ path, text }));
    return { files, problems: [], ...(this.#outputs === undefined ? {} : { outputs: this.#outputs }) };
  }

  tools(): ToolSet {
    const { writes, outputs = [] } = this.#request.task;
    return {
      read_file: tool({
        description: 'Reads a file of the project.',
        inputSchema: jsonSchema<{ readonly path: string }>(object({ path: { type: 'string' } })),
        execute: ({ path }) => this.#read(path),
      }),
      ...(writes.length === 0
        ? {}
        : {
            write_file: tool({
              description: `Writes a file, whole, in place of what it held. Files that can be written: ${writes.join(', ')}.`,
              inputSchema: jsonSchema<{ readonly path: string; readonly text: string }>(
                object({ path: { type: 'string' }, text: { type: 'string' } }),
              ),
              execute: ({ path, text }) => this.#write(path, text),
            }),
          }),
      ...(outputs.length === 0
        ? {}
        : {
            hand_on: tool({
              description: `Hands values on to other tasks, all of them at once: ${outputs.map(({ name, type }) => `${name} (${type})`).join(', ')}.`,
              inputSchema: jsonSchema<{ readonly values: TaskOutputs }>(object({ values: { type: 'object' } })),
              execute: ({ values }) => this.#handOn(values),
            }),
          }),
    };
  }

  // What a model asks for may be of any kind, whatever the schema says.
  #read(path: unknown): string {
    if (typeof path !== 'string') return 'There is no such file.';
    return this.#written.get(path) ?? this.#request.files.find((file) => file.path === path)?.text ?? 'There is no such file.';
  }

  #write(path: unknown, text: unknown): string {
    const { writes } = this.#request.task;
    if (typeof path !== 'string' || typeof text !== 'string') return 'Not written: give path and text, both texts.';
    if (!writes.includes(path)) return `Not written: only these files can be: ${writes.join(', ')}.`;
    if (text.length > FILE_CHARACTERS) return `Not written: more than ${FILE_CHARACTERS} characters.`;
    this.#written.set(path, text);
    this.#changes += 1;
    return 'Written.';
  }

  #handOn(values: unknown): string {
    const given = typeof values === 'object' && values !== null && !Array.isArray(values) ? (values as TaskOutputs) : {};
    const problems = findOutputProblems(this.#request.task.outputs ?? [], given);
    if (problems.length > 0) return `Not handed on: ${problems.join('; ')}.`;
    this.#outputs = given;
    this.#changes += 1;
    return 'Handed on.';
  }
}

const object = (properties: Readonly<Record<string, { readonly type: 'string' | 'object' }>>) => ({
  type: 'object' as const,
  properties,
  required: Object.keys(properties),
  additionalProperties: false,
});
