import type { TaskType } from '../graph/task-node.js';

/** Who an agent is to be: a name and what it is told about itself. @public */
export interface Persona {
  readonly name: string;
  /** Task types it takes where a task names no persona. */
  readonly types: readonly TaskType[];
  /** Its instructions, a few sentences. */
  readonly instructions: string;
}

/** One for each type of task; a worker puts the host's own before them. @public */
export const DEFAULT_PERSONAS: readonly Persona[] = [
  { name: 'developer', types: ['code'], instructions: 'You write small, correct, documented code and nothing else.' },
  { name: 'designer', types: ['design'], instructions: 'You write short, precise documents that others can work from.' },
  { name: 'tester', types: ['test'], instructions: 'You write tests that fail when the code is wrong.' },
  { name: 'reviewer', types: ['review'], instructions: 'You name what is wrong, where, and how to mend it. You praise nothing.' },
];

/**
 * The persona that a task names, or the first that takes its type; null where there is none.
 *
 * @param personas - All that may be chosen, the preferred ones first. A worker has the host's and after them `DEFAULT_PERSONAS`.
 * @public
 */
export function choosePersona(personas: readonly Persona[], task: { readonly type: TaskType; readonly persona?: string }): Persona | null {
  return personas.find(({ name, types }) => (task.persona === undefined ? types.includes(task.type) : name === task.persona)) ?? null;
}
