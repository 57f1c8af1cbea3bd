import assert from 'node:assert/strict';
import { MeteredModel } from '../agents/metered-model.js';
import { KamachiqError } from '../errors/kamachiq-error.js';
import { ModelCallError } from '../errors/model-call-error.js';
import { type CompiledTaskGraph, compileTaskGraph } from '../graph/compile/compile-task-graph.js';
import type { TaskGraphDocument } from '../graph/task-graph-document.js';
import { findTemplateProblems } from '../planning/find-template-problems.js';
import type { ProjectSpec } from '../planning/project-spec.js';
import { TemplateLibrary } from '../planning/template-library.js';
import type { LanguageModel } from '../ports/language-model.js';
import type { PlanRule } from '../ports/plan-rule.js';
import type { Plan, PlanContext, Planner, PlanRequest } from '../ports/planner.js';
import { assertLine } from './assert-line.js';
import { assertTyped } from './assert-typed.js';
import type { ContractRunner } from './contract-runner.js';
import { deepFreeze } from './deep-freeze.js';
import { hostilePlanAnswers } from './hostile-plan-answers.js';
import { openOnce } from './open-once.js';
import { ScriptedModel } from './scripted-model.js';
import { WatchedCalls } from './watched-calls.js';

/** What the contract of a planner is tried with. @public */
export interface PlannerContract {
  /** Makes a planner that knows nothing of others. Called many times. */
  createPlanner(): Planner | Promise<Planner>;
  /** Makes a model that answers what the planner asks about the spec. Called once. */
  createModel(): LanguageModel | Promise<LanguageModel>;
  /** A spec that it can plan. */
  readonly spec: ProjectSpec;
  /** Templates that it may plan with. @defaultValue none but the free-form one */
  readonly templates?: TemplateLibrary;
}

/**
 * The contract of {@link Planner} as a suite: a plan that compiles, under the limits of its spec; no more spent than is held; nothing that a model answers
 * does more harm than a plan with findings; and what went wrong is said.
 *
 * @param runner - `describe`, `it` and `afterAll` of whatever runs the tests.
 *
 * @public
 */
export function describePlanner({ describe, it, afterAll }: ContractRunner, contract: PlannerContract): void {
  describe('a planner', () => {
    const { spec, templates = new TemplateLibrary({}) } = contract;
    const openModel = openOnce({ afterAll }, () => contract.createModel());
    const begin = async ({ tokens = PLENTY, model, ...request }: Partial<PlanRequest> & { tokens?: number; model?: LanguageModel } = {}) =>
      new Planning({ ...first(spec), ...request }, { model: model ?? (await openModel()), templates }, tokens);
    const compile = (graph: TaskGraphDocument, rules: readonly PlanRule[] = []): CompiledTaskGraph =>
      compileTaskGraph(graph, { findTemplateProblems: (task) => findTemplateProblems(templates, task), rules });
    const assertForm = (plan: Plan) => {
      assert.deepEqual(JSON.parse(JSON.stringify(plan)), plan);
      const { projectTemplate } = plan;
      assert.ok(
        projectTemplate === null || templates.findProject(projectTemplate) !== null,
        `Expected a registered template, got ${projectTemplate}.`,
      );
      for (const line of [plan.madeBy, ...plan.decidedByModel]) assertLine(line);
    };
    const assertPlan = (plan: Plan, planned = spec) => {
      assertForm(plan);
      assert.deepEqual(compile(plan.graph).findings, []);
      assert.deepEqual(limitsOf(plan.graph), limitsOf(planned));
    };

    it('names itself', async () => {
      const { specificationVersion, id } = await contract.createPlanner();
      assert.equal(specificationVersion, 1);
      assert.match(id, /^\S+$/);
    });

    it('makes a plan that compiles, under the limits of the spec, and says where it came from', async () => {
      assertPlan(await (await begin()).run(await contract.createPlanner()));
    });

    it('mends a plan that came back, or says that it can not', async () => {
      const { graph } = await (await begin()).run(await contract.createPlanner());
      const { findings } = compile(graph, [unkeepable]);
      const outcome = await (await begin({ repair: 1, findings, previous: graph })).settle(await contract.createPlanner());
      if (KamachiqError.isInstance(outcome)) assert.equal(outcome.code, 'planning.no-plan');
      else assertPlan(outcome);
    });

    it('leaves the spec, the last plan and the templates as they were', async () => {
      const projects = [...templates.projects];
      const frozen = deepFreeze(structuredClone(spec));
      const { graph } = await (await begin({ spec: frozen })).run(await contract.createPlanner());
      const previous = deepFreeze(structuredClone(graph));
      const findings = deepFreeze(structuredClone(compile(graph, [unkeepable]).findings));
      await (await begin({ spec: frozen, repair: 1, findings, previous })).settle(await contract.createPlanner());
      assert.ok(projects.length === templates.projects.length && projects.every((template, index) => template === templates.projects[index]));
    });

    it('spends no more than is held, and holds nothing afterwards', async () => {
      for (const tokens of [0, 100, 2_000, PLENTY]) {
        const planning = await begin({ tokens });
        const outcome = await planning.settle(await contract.createPlanner());
        if (!KamachiqError.isInstance(outcome)) assertPlan(outcome);
        assert.ok(planning.meter.spent.tokens <= tokens, `${planning.meter.spent.tokens} of ${tokens}`);
        assert.deepEqual(planning.meter.held, { tokens: 0, microDollars: 0 });
      }
    });

    it('begins no call once it is cancelled', async () => {
      const before = await begin();
      before.abort();
      await before.settle(await contract.createPlanner());
      assert.deepEqual(before.meter.records, []);
      for (const call of [1, 2]) {
        const meanwhile = await begin();
        meanwhile.abortAtCall(call);
        await meanwhile.settle(await contract.createPlanner());
        assert.ok(meanwhile.meter.records.length < call, `Expected fewer than ${call} calls, got ${meanwhile.meter.records.length}.`);
      }
    });

    it('makes several plans at once, each its own', async () => {
      const planner = await contract.createPlanner();
      const specs = [0, 1, 2].map((more) => ({ ...spec, budgetTotal: spec.budgetTotal + more }));
      const begun = await Promise.all(specs.map((one, seed) => begin({ spec: one, seed })));
      const plans = await Promise.all(begun.map(({ run }) => run(planner)));
      for (const [index, plan] of plans.entries()) assertPlan(plan, specs[index]);
    });

    it('says what kept the model from answering, in an error with a code and a remedy', async () => {
      for (const code of ['model.unauthorized', 'model.overloaded'] as const) {
        const planning = await begin({ model: new ScriptedModel(() => new ModelCallError({ code, message: 'no answer', remedy: 'set a key' })) });
        const outcome = await planning.settle(await contract.createPlanner());
        assert.ok(planning.calls === 0 || KamachiqError.isInstance(outcome), 'Expected an error where the model answers nothing, got a plan.');
        assert.deepEqual(planning.meter.held, { tokens: 0, microDollars: 0 });
      }
    });

    for (const [name, spoil] of hostilePlanAnswers) {
      it(`plans, or says why not, after ${name}`, async () => {
        const planning = await begin({ model: spoilt(await openModel(), spoil) });
        const outcome = await planning.settle(await contract.createPlanner());
        assert.deepEqual(Object.keys(Object.prototype), []);
        assert.ok(planning.meter.spent.tokens <= PLENTY);
        assert.deepEqual(planning.meter.held, { tokens: 0, microDollars: 0 });
        if (KamachiqError.isInstance(outcome)) return;
        assertForm(outcome);
        // What is wrong with it goes back to the planner: it must be findings, not an error.
        compile(outcome.graph);
      });
    }
  });
}

/** Tokens for a dozen calls. */
const PLENTY = 100_000;

/** One plan in the making, and what can be seen of it. */
class Planning extends WatchedCalls {
  readonly #request: PlanRequest;
  readonly #context: PlanContext;

  constructor(request: PlanRequest, { model, templates }: { readonly model: LanguageModel; readonly templates: TemplateLibrary }, tokens: number) {
    super(tokens, `planning/${request.repair}`);
    this.#request = request;
    this.#context = { model: new MeteredModel(model, this.meter), templates, signal: this.signal };
  }

  readonly run = async (planner: Planner): Promise<Plan> => planner.doPlan(this.#request, this.#context);

  /** The plan, or the typed error that says why there is none. */
  async settle(planner: Planner): Promise<Plan | KamachiqError> {
    try {
      return await this.run(planner);
    } catch (error) {
      assertTyped(error);
      return error as KamachiqError;
    }
  }
}

const first = (spec: ProjectSpec): PlanRequest => ({ spec, seed: 7, repair: 0, findings: [], previous: null });

const limitsOf = ({ budgetTotal, timeoutMinutes, qualityThreshold, deliverables }: TaskGraphDocument | ProjectSpec) =>
  [budgetTotal, timeoutMinutes, qualityThreshold, deliverables] as const;

const unkeepable: PlanRule = {
  id: 'unkeepable',
  text: 'No plan is good enough.',
  findBreaches: ({ nodes }) => nodes.slice(0, 1).map(({ id }) => ({ taskIds: [id], message: 'It could be done better.' })),
};

/** The model with another answer each time, at the same price. */
const spoilt = (model: LanguageModel, spoil: (answer: string) => string): LanguageModel => ({
  specificationVersion: 1,
  id: model.id,
  contextTokens: model.contextTokens,
  doCountTokens: (request) => model.doCountTokens(request),
  doGenerate: async (request, signal) => {
    const answer = await model.doGenerate(request, signal);
    return { ...answer, text: spoil(answer.text) };
  },
});
