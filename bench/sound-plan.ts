import type { CompileContext, TaskGraphDocument, TaskNode } from 'kamachiq';
import { generateRandomGraph } from './task-graph-families.js';

/** Every tenth task of a plan depends on what another handed on. */
const CONDITION_EVERY = 10;

/**
 * A plan that uses whatever a plan may use and has nothing wrong with it: each task needs up to three others, takes a value from the first of
 * them, reads what it wrote, writes a file of its own, and some start only under a condition.
 */
export function soundPlan(size: number, seed: number): TaskGraphDocument {
  const nodes = generateRandomGraph(size, 3, seed).map(({ id, dependencies }, position): TaskNode => {
    const [first] = dependencies;
    return {
      id,
      type: position % 4 === 0 ? 'test' : 'code',
      description: `Writes module ${position} of the project, so that the modules which need it can be written too.`,
      dependencies,
      estimatedTokens: 400,
      estimatedMinutes: 1 + (position % 5),
      persona: 'engineer',
      template: 'module',
      inputs: { module: position },
      outputs: [
        { name: 'verdict', type: 'string' },
        { name: 'lines', type: 'integer' },
      ],
      writes: [moduleOf(id)],
      successCriteria: ['It does what its description says.'],
      ...(first === undefined ? {} : { reads: [moduleOf(first)], inputsFrom: [{ input: 'size', task: first, output: 'lines', type: 'number' }] }),
      ...(first !== undefined && position % CONDITION_EVERY === 0
        ? { when: { task: first, output: 'verdict', operator: 'equals', value: 'yes' }, triggerRule: 'none-failed' }
        : {}),
    };
  });
  return { nodes, budgetTotal: 1_000 * size, timeoutMinutes: 1_000 * size, qualityThreshold: 0.8, deliverables: ['source'] };
}

/** Looks at everything that can be looked at, without limits that a plan of this size breaks. */
export const plentifulContext = (size: number): CompileContext => ({
  findTemplateProblems: ({ template, inputs }) => (template !== 'module' ? null : 'module' in inputs ? [] : ['the module is missing']),
  hasPersona: (name) => name === 'engineer',
  maximumTasks: 2 * size,
  maximumWidth: 2 * size,
  maximumDepth: 2 * size,
  maximumBytes: 100_000 * size,
  remediationReserve: 0.1,
  rules: [
    {
      id: 'no-deployment',
      text: 'No task deploys anything.',
      findBreaches: ({ nodes }) =>
        nodes.filter(({ description }) => description.startsWith('Deploys')).map(({ id }) => ({ taskIds: [id], message: 'It deploys something.' })),
    },
  ],
});

export const moduleOf = (id: string) => `source/part-${id.length}/${id}.py`;
