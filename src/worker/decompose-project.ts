import { dearestToken } from '../agents/cost-of-call.js';
import { KamachiqError } from '../errors/kamachiq-error.js';
import { abridgeTasks } from '../graph/abridged-task.js';
import { jsonBytes } from '../ports/json-bytes.js';
import type { AbridgedGraph, DecomposeProjectInput, DecomposeProjectResult } from '../workflow/activity-types.js';
import { packLarge } from '../workflow/packed-json.js';
import type { ActivityEnvironment } from './activity-environment.js';
import { firstHolds } from './first-holds.js';
import { requireExecutable } from './require-executable.js';
import { wholeGraph } from './whole-graph.js';
import { withMeteredModel } from './with-metered-model.js';

/** Heaviest plan that is stored, in bytes as JSON: workers keep several in memory. */
const HEAVIEST_PLAN = 8_000_000;

/**
 * Heaviest plan that is told of, likewise. Compiling finds what is wrong with it, its weight too. An answer beyond the 2 MiB that Temporal carries at once
 * would be delivered again and again.
 */
const HEAVIEST_ANSWER = 1_800_000;

/** Bytes of a plan that people can still read in the history. */
const READABLE_PLAN = 100_000;

/** Most lines on what the model decided, and most characters of one, that go into the history. */
const DECISIONS = 200;
const DECISION_CHARACTERS = 400;

/** The activity `kamachiq.decomposeProject`. */
export async function decomposeProject(environment: ActivityEnvironment, input: DecomposeProjectInput): Promise<DecomposeProjectResult> {
  const { planner, templates, store } = environment;
  const { spec, seed, repair, findings, previousPlan, abridged = false, packs = false } = input;
  return withMeteredModel(environment, { input, keyPrefix: `planning/${repair}`, ofTask: false }, async ({ model, signal }) => {
    const previous = input.previous && (await wholeGraph(store, input.previous, previousPlan));
    const plan = await planner.doPlan({ spec, seed, repair, findings, previous }, { model, templates, signal });
    const { graph, functions, projectTemplate, madeBy, decidedByModel } = plan;
    requireExecutable({ spec, functions, template: templates.findProject(projectTemplate), templates, languages: environment.sandbox.languages });
    const told = abridged ? { ...graph, nodes: abridgeTasks(graph.nodes, graph.nodes.length) } : graph;
    requireWeight(graph, HEAVIEST_PLAN, 'shorten descriptions, inputs and examples');
    requireWeight(told, HEAVIEST_ANSWER, 'shorten ids, dependencies and conditions');
    return {
      graph: packs ? packLarge(told, READABLE_PLAN) : told,
      plan: await store.putPlan({ spec, functions, projectTemplate, nodes: graph.nodes }),
      madeBy,
      decidedByModel: decidedByModel.slice(0, DECISIONS).map((line) => line.slice(0, DECISION_CHARACTERS)),
      ...pricesOf(environment),
      ...(await firstHolds(environment, graph.nodes)),
    };
  });
}

function pricesOf({ model, cheaperModel, runner }: ActivityEnvironment): Pick<DecomposeProjectResult, 'prices'> {
  const usual = dearestToken(model.price);
  const agents = dearestToken(runner.price);
  if (usual + agents === 0) return {};
  const cheaper = cheaperModel === undefined ? {} : { cheaper: dearestToken(cheaperModel.price) };
  return { prices: { usual, ...cheaper, ...(agents === 0 ? {} : { agents }) } };
}

function requireWeight(graph: AbridgedGraph, limit: number, remedy: string): void {
  const bytes = jsonBytes(graph);
  if (bytes <= limit) return;
  throw new KamachiqError({
    code: 'graph.too-heavy',
    message: `Expected a plan of at most ${limit} bytes as JSON, got ${bytes} for ${graph.nodes.length} tasks.`,
    remedy: `Split the project, or ${remedy}.`,
    context: { bytes, limit },
  });
}
