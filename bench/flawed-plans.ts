import type { CompileContext, GraphFindingCode, TaskGraphDocument, TaskNode } from 'kamachiq';
import { moduleOf, plentifulContext, soundPlan } from './sound-plan.js';

/** A plan with one kind of flaw in several places, and what has to be found in it. */
export interface FlawedPlan {
  readonly code: GraphFindingCode;
  readonly document: TaskGraphDocument;
  readonly context: CompileContext;
}

/** In how many places a flaw of a task is planted. */
const PLACES = 20;

/** A sound plan with each kind of flaw in turn. */
export function flawedPlans(size: number, seed: number): readonly FlawedPlan[] {
  const sound = soundPlan(size, seed);
  const context = plentifulContext(size);
  const places = Array.from({ length: PLACES }, (_, place) => Math.floor(((place + 0.5) * size) / PLACES));
  const inTasks = TASK_FLAWS.map(({ code, spoil }) => {
    const nodes = [...sound.nodes];
    for (const place of places) nodes[place] = { ...nodes[place]!, ...spoil(nodes[place]!, sound.nodes) };
    return { code, document: { ...sound, nodes }, context };
  });
  const added = ADDED_FLAWS.map(({ code, tasks }) => {
    const more = places.flatMap((place) => tasks(sound.nodes[place]!));
    return { code, document: { ...sound, nodes: [...sound.nodes, ...more] }, context };
  });
  return [
    ...inTasks,
    ...added,
    { code: 'graph.missing-deliverable', document: { ...sound, deliverables: ['source', 'manual'] }, context },
    { code: 'graph.budget-infeasible', document: { ...sound, budgetTotal: 1 }, context },
    { code: 'graph.deadline-infeasible', document: { ...sound, timeoutMinutes: 1 }, context },
    { code: 'graph.too-large', document: sound, context: { ...context, maximumTasks: 1 } },
    { code: 'graph.too-wide', document: sound, context: { ...context, maximumWidth: 1 } },
    { code: 'graph.too-deep', document: sound, context: { ...context, maximumDepth: 1 } },
    { code: 'graph.too-heavy', document: sound, context: { ...context, maximumBytes: 1 } },
  ];
}

/** What makes a sound task a flawed one. */
const TASK_FLAWS: readonly { code: GraphFindingCode; spoil: (task: TaskNode, all: readonly TaskNode[]) => Partial<TaskNode> }[] = [
  { code: 'graph.duplicate-id', spoil: ({ dependencies: [first] }) => ({ id: first! }) },
  { code: 'graph.unknown-dependency', spoil: ({ dependencies }) => ({ dependencies: [...dependencies, 'nobody'] }) },
  { code: 'graph.self-dependency', spoil: ({ id, dependencies }) => ({ dependencies: [...dependencies, id] }) },
  { code: 'graph.cycle', spoil: (task, all) => ({ dependencies: [...task.dependencies, dependentOf(task, all)] }) },
  { code: 'graph.missing-input', spoil: () => ({ reads: ['source/nothing.py'] }) },
  { code: 'graph.undeclared-output', spoil: ({ dependencies: [first] }) => ({ inputsFrom: [{ input: 'size', task: first!, output: 'nothing' }] }) },
  {
    code: 'graph.type-mismatch',
    spoil: ({ dependencies: [first] }) => ({ inputsFrom: [{ input: 'size', task: first!, output: 'verdict', type: 'number' }] }),
  },
  {
    code: 'graph.contradictory-condition',
    spoil: ({ dependencies: [first] }) => ({ when: { all: [isVerdict(first!, 'yes'), isVerdict(first!, 'no')] } }),
  },
  { code: 'graph.unsafe-path', spoil: ({ writes }) => ({ writes: [...writes, '../outside.py'] }) },
  { code: 'graph.invalid-estimate', spoil: () => ({ estimatedTokens: -1 }) },
  { code: 'graph.unknown-template', spoil: () => ({ template: 'nobody-knows' }) },
  { code: 'graph.invalid-inputs', spoil: () => ({ inputs: {} }) },
  { code: 'graph.unknown-persona', spoil: () => ({ persona: 'stranger' }) },
  { code: 'graph.unknown-type', spoil: () => ({ type: 'magic' as TaskNode['type'] }) },
  { code: 'graph.rule-breach', spoil: () => ({ description: 'Deploys everything.' }) },
];

/** Flawed tasks besides the sound ones, for each task that something is hung on. */
const ADDED_FLAWS: readonly { code: GraphFindingCode; tasks: (on: TaskNode) => readonly TaskNode[] }[] = [
  { code: 'graph.orphan', tasks: (on) => [{ ...plain(`${on.id}-orphan`, [on.id]), writes: [] }] },
  {
    code: 'graph.path-conflict',
    tasks: ({ id }) => ['one', 'other'].map((name) => ({ ...plain(`${id}-${name}`, [id]), writes: [moduleOf(`${id}-both`)] })),
  },
  {
    code: 'graph.unreachable',
    tasks: ({ id }) => [
      { ...plain(`${id}-taken`, [id]), when: isVerdict(id, 'yes') },
      { ...plain(`${id}-beyond`, [`${id}-taken`]), when: isVerdict(id, 'no') },
    ],
  },
  {
    code: 'graph.dead-join',
    tasks: ({ id }) => [
      { ...plain(`${id}-if`, [id]), when: isVerdict(id, 'yes') },
      { ...plain(`${id}-else`, [id]), when: isVerdict(id, 'no') },
      plain(`${id}-join`, [`${id}-if`, `${id}-else`]),
    ],
  },
];

const isVerdict = (task: string, value: string) => ({ task, output: 'verdict', operator: 'equals', value }) as const;

const plain = (id: string, dependencies: readonly string[]): TaskNode => ({
  id,
  type: 'code',
  description: id,
  dependencies,
  estimatedTokens: 1,
  inputs: { module: 0 },
  template: 'module',
  writes: [moduleOf(id)],
  successCriteria: [],
});

/** A task that needs this one; itself where none does. */
const dependentOf = ({ id }: TaskNode, all: readonly TaskNode[]) => all.find(({ dependencies }) => dependencies.includes(id))?.id ?? id;
