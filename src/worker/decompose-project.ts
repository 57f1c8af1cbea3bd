import { dearestToken } from '../agents/cost-of-call.js';
import { KamachiqError } from '../errors/kamachiq-error.js';
import { jsonBytes } from '../ports/json-bytes.js';
import type { DecomposeProjectInput, DecomposeProjectResult } from '../workflow/activity-types.js';
import type { ActivityEnvironment } from './activity-environment.js';
import { firstHolds } from './first-holds.js';
import { requireExecutable } from './require-executable.js';
import { withMeteredModel } from './with-metered-model.js';

/**
 * Heaviest plan that is handed on, in bytes as JSON. Compiling finds what is wrong with it, its weight too; with the spec and the findings it
 * then goes back to the planner within the 2 MiB that Temporal carries at once. An answer beyond these would be delivered again and again.
 */
const HEAVIEST_PLAN = 1_500_000;

/** Most lines on what the model decided, and most characters of one, that go into the history. */
const DECISIONS = 200;
const DECISION_CHARACTERS = 400;

/** The activity `kamachiq.decomposeProject`. */
export async function decomposeProject(environment: ActivityEnvironment, input: DecomposeProjectInput): Promise<DecomposeProjectResult> {
  const { planner, templates, store } = environment;
  const { spec, seed, repair, findings, previous } = input;
  return withMeteredModel(environment, { input, keyPrefix: `planning/${repair}`, ofTask: false }, async ({ model, signal }) => {
    const plan = await planner.doPlan({ spec, seed, repair, findings, previous }, { model, templates, signal });
    const { graph, functions, projectTemplate, madeBy, decidedByModel } = plan;
    requireExecutable({ spec, functions, template: templates.findProject(projectTemplate), templates, languages: environment.sandbox.languages });
    const bytes = jsonBytes(graph);
    if (bytes > HEAVIEST_PLAN) throw tooHeavy(bytes, graph.nodes.length);
    return {
      graph,
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

const tooHeavy = (bytes: number, tasks: number) =>
  new KamachiqError({
    code: 'graph.too-heavy',
    message: `Expected a plan of at most ${HEAVIEST_PLAN} bytes as JSON, got ${bytes} for ${tasks} tasks.`,
    remedy: 'Split the project, or shorten descriptions, inputs and examples.',
    context: { bytes, limit: HEAVIEST_PLAN },
  });
