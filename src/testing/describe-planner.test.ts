import { afterAll, describe, expect, it } from 'vitest';
import { specWithTasks } from '../../test/support/specs.js';
import { KamachiqError } from '../errors/kamachiq-error.js';
import { PlanningError } from '../errors/planning-error.js';
import { taskNode } from '../graph/fixtures/arbitrary-graph.js';
import type { TaskNode } from '../graph/task-node.js';
import type { ProjectSpec } from '../planning/project-spec.js';
import type { ModelAnswer } from '../ports/language-model.js';
import type { Plan, PlanContext, Planner, PlanRequest } from '../ports/planner.js';
import { describePlanner } from './describe-planner.js';
import { failuresOf } from './fixtures/failures-of.js';
import { ScriptedModel } from './scripted-model.js';

const spec = specWithTasks([], { budgetTotal: 20_000 });

type DoPlan = Planner['doPlan'];

const planner = (doPlan: DoPlan): Planner => ({ specificationVersion: 1, id: 'one-letter/1', doPlan });

const ask = async ({ spec: { name }, seed }: PlanRequest, { model, signal }: Pick<PlanContext, 'model' | 'signal'>): Promise<string> => {
  const { text } = await model.generate({ messages: [{ role: 'user', text: `Title of ${name}` }], maxOutputTokens: 100, seed }, signal);
  return text;
};

const letter: TaskNode = taskNode('letter', [], { type: 'design', estimatedTokens: 4_000, writes: ['letter.md'], successCriteria: ['Written.'] });

const planOf = ({ budgetTotal, timeoutMinutes, qualityThreshold }: ProjectSpec, rest: Partial<Plan> = {}): Plan => ({
  graph: { nodes: [letter], budgetTotal, timeoutMinutes, qualityThreshold },
  functions: [],
  projectTemplate: null,
  madeBy: 'one-letter',
  decidedByModel: [],
  ...rest,
});

/** One task, whose title the model finds. */
const planLetter: DoPlan = async (request, context) => {
  const title = await ask(request, context).catch((error: KamachiqError) => {
    throw error.code === 'budget.exceeded' ? new PlanningError('No tokens are left', []) : error;
  });
  if (!/^[\w ]{1,40}$/.test(title)) throw new PlanningError('The title is none', []);
  const { budgetTotal, timeoutMinutes, qualityThreshold } = request.spec;
  const graph = { nodes: [{ ...letter, description: title }], budgetTotal, timeoutMinutes, qualityThreshold };
  return planOf(request.spec, { graph, decidedByModel: [`title ${title}`] });
};

const contract = { createModel: () => new ScriptedModel(() => 'A short letter'), spec };

describePlanner({ describe, it, afterAll }, { ...contract, createPlanner: () => planner(planLetter) });

const failures = (createPlanner: () => Planner) => failuresOf((runner) => describePlanner(runner, { ...contract, createPlanner }));

/** The plan, and something else besides. */
const altered = (alter: (plan: Plan, request: PlanRequest) => Plan) =>
  planner(async (request, context) => alter(await planLetter(request, context), request));

const MAKES = 'makes a plan that compiles, under the limits of the spec, and says where it came from';
const MENDS = 'mends a plan that came back, or says that it can not';
const LEAVES = 'leaves the spec, the last plan and the templates as they were';
const SPENDS = 'spends no more than is held, and holds nothing afterwards';
const CANCELLED = 'begins no call once it is cancelled';
const SEVERAL = 'makes several plans at once, each its own';
const ERRORS = 'says what kept the model from answering, in an error with a code and a remedy';

describe('describePlanner', () => {
  it.each<[string, (plan: Plan, request: PlanRequest) => Plan]>([
    ['plans nothing', (plan) => ({ ...plan, graph: { ...plan.graph, nodes: [] } })],
    ['lowers the threshold', (plan) => ({ ...plan, graph: { ...plan.graph, qualityThreshold: 0.1 } })],
    ['forgets what is to come out', (plan, { spec: { deliverables = ['letter.md'] } }) => ({ ...plan, graph: { ...plan.graph, deliverables } })],
    ['answers with more than JSON holds', (plan) => ({ ...plan, madeAt: undefined })],
    ['names a template that is not registered', (plan) => ({ ...plan, projectTemplate: 'letters' })],
    ['doesn’t say who planned', (plan) => ({ ...plan, madeBy: '' })],
    ['says two decisions in one', (plan) => ({ ...plan, decidedByModel: ['one\ntwo'] })],
    ['needs a template that nobody knows', (plan) => ({ ...plan, graph: { ...plan.graph, nodes: [{ ...letter, template: 'letter' }] } })],
  ])('fails a planner that %s', async (_, alter) => {
    expect(await failures(() => altered(alter))).toContain(MAKES);
  });

  it('fails a planner without a name', async () => {
    expect(await failures(() => ({ ...planner(planLetter), id: '' }))).toEqual(['names itself']);
  });

  it('fails a planner that gives up with an error of another kind', async () => {
    const stubborn = planner((request, context) => {
      if (request.repair === 0) return planLetter(request, context);
      throw new KamachiqError({ code: 'letters.final', message: 'Expected no second look.', remedy: 'Take it.' });
    });
    expect(await failures(() => stubborn)).toEqual([MENDS]);
  });

  it('fails a planner that sends back what came back', async () => {
    const lazy = altered((plan, { previous }) =>
      previous === null ? plan : { ...plan, graph: { ...previous, nodes: [...previous.nodes, letter] } },
    );
    expect(await failures(() => lazy)).toEqual([MENDS]);
  });

  it('fails a planner that writes into the spec', async () => {
    const writing = planner((request, context) => {
      (request.spec.goals as string[]).push('It is sent.');
      return planLetter(request, context);
    });
    expect(await failures(() => writing)).toEqual([LEAVES]);
  });

  it('fails a planner that says nothing in an error of its own', async () => {
    const silent = planner(async (request, context) => {
      try {
        return await planLetter(request, context);
      } catch {
        throw new Error('No plan.');
      }
    });
    expect(await failures(() => silent)).toEqual(
      expect.arrayContaining([SPENDS, CANCELLED, ERRORS, 'plans, or says why not, after an answer of nothing']),
    );
  });

  it('fails a planner that plans without the model it asked', async () => {
    const bold = planner((request, context) => planLetter(request, context).catch(() => planOf(request.spec)));
    expect(await failures(() => bold)).toEqual([ERRORS]);
  });

  it('fails a planner that hears no signal', async () => {
    const deaf = planner((request, context) => planLetter(request, { ...context, signal: new AbortController().signal }));
    expect(await failures(() => deaf)).toEqual([CANCELLED]);
  });

  it('fails a planner that leaves a call behind', async () => {
    const call = { model: 'left/behind', inputTokens: 1, maxOutputTokens: 1, contextTokens: 100, promptSha256: '' };
    const hasty = planner(async (request, context) => {
      const plan = await planLetter(request, context);
      await new Promise<void>((begun) => {
        const neverEnds = () => {
          begun();
          return new Promise<ModelAnswer>(() => undefined);
        };
        context.model.meter.call(call, context.signal, neverEnds).catch(() => begun());
      });
      return plan;
    });
    expect(await failures(() => hasty)).toContain(SPENDS);
  });

  it('fails a planner that confuses what it plans at once', async () => {
    const createPlanner = () => {
      let latest: PlanRequest;
      return planner((request, context) => {
        latest = request;
        return planLetter(request, context).then((plan) => ({ ...planOf(latest.spec), decidedByModel: plan.decidedByModel }));
      });
    };
    expect(await failures(createPlanner)).toEqual([SEVERAL]);
  });

  it('fails a planner that believes its model', async () => {
    const gullible = planner(async (request, context) => {
      const title = await ask(request, context);
      return planOf(request.spec, { decidedByModel: [`title ${title}`] });
    });
    expect(await failures(() => gullible)).toEqual(['plans, or says why not, after control characters around the right answer']);
  });

  it('fails a planner that writes where its model tells it', async () => {
    const marked: Record<string, object> = {};
    const polluted = planner(async (request, context) => {
      const said = await ask(request, context);
      try {
        const { tasks = [] } = JSON.parse(said) as { tasks?: readonly TaskNode[] };
        for (const { id } of tasks) marked[id] = Object.assign(marked[id] ?? {}, { isHostile: true });
      } catch {
        throw new PlanningError('The answer is no JSON', []);
      }
      return planOf(request.spec);
    });
    try {
      expect(await failures(() => polluted)).toContain('plans, or says why not, after a task whose id reaches prototypes');
    } finally {
      Reflect.deleteProperty(Object.prototype, 'isHostile');
    }
  });
});
