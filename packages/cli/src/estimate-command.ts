import { join, resolve } from 'node:path';
import {
  DEFAULT_PERSONAS,
  estimateProject,
  loadEstimator,
  type ObservationStore,
  outlineTask,
  type ProjectEstimate,
  type ProjectSpec,
  planWithoutModel,
  type TaskGraphDocument,
  type TaskNode,
} from 'kamachiq';
import { loadProjectSpec } from 'kamachiq/spec';
import { FilesystemObservationStore } from 'kamachiq/worker';
import { DEFAULT_PROJECT_POLICY } from 'kamachiq/workflow';
import { drawEstimate } from './draw-estimate.js';
import { plainJson } from './plain-text.js';
import { planFindings, WORKER_TEMPLATES } from './plan-findings.js';
import { tellFindings } from './tell-findings.js';

/** What `kamachiq estimate` takes. */
export interface EstimateOptions {
  readonly artifacts: string;
  readonly slots: number;
  readonly model?: string;
  readonly json: boolean;
}

/** A spec's quote, as `--json` prints it. */
export interface Quote {
  readonly name: string;
  readonly budgetTotal: number;
  /** Null where the spec limits no money. */
  readonly budgetDollars: number | null;
  readonly slots: number;
  /** Id of the model whose runs the estimates rest on; null where none was seen. */
  readonly model: string | null;
  /** Most tokens that planning may take; 0 where the plan follows from the spec. */
  readonly planningTokens: number;
  /** Most tokens that the review of the whole project may take. */
  readonly reviewTokens: number;
  /** Null where a model must plan first. */
  readonly estimate: (Omit<ProjectEstimate, 'tasks'> & { readonly tasks: readonly QuotedTask[] }) | null;
}

/** A task of a quote. */
export type QuotedTask = ProjectEstimate['tasks'][number] & { readonly id: string; readonly template: string; readonly persona: string };

/** Where a worker of this command line keeps what its projects taught. */
export const observationStore = (artifactsFolder: string): ObservationStore => new FilesystemObservationStore(join(artifactsFolder, 'observations'));

/** `kamachiq estimate`: tells what a spec will cost, by what finished projects did cost. Asks no model. */
export async function estimate(options: EstimateOptions, file: string): Promise<number> {
  const spec = await loadProjectSpec(file);
  const plan = planWithoutModel(spec, WORKER_TEMPLATES);
  const findings = plan === null ? [] : planFindings(plan.graph);
  tellFindings(file, findings);
  const quote = await makeQuote(options, spec, plan?.graph ?? null);
  if (options.json) process.stdout.write(`${plainJson(quote)}\n`);
  else for (const line of drawEstimate(quote)) process.stdout.write(`${line}\n`);
  return findings.some(({ severity }) => severity === 'error') ? 2 : 0;
}

async function makeQuote({ artifacts, slots, model: wanted }: EstimateOptions, spec: ProjectSpec, plan: TaskGraphDocument | null): Promise<Quote> {
  const { name, budgetTotal, budgetDollars = null } = spec;
  const { planningShare, reviewShare } = DEFAULT_PROJECT_POLICY;
  const review = Math.floor(budgetTotal * reviewShare);
  const shared = { name, budgetTotal, budgetDollars, slots, reviewTokens: review };
  if (plan === null) return { ...shared, model: wanted ?? null, planningTokens: Math.floor(budgetTotal * planningShare), estimate: null };
  const store = observationStore(resolve(artifacts));
  const model = wanted ?? (await lastModel(store, plan.nodes));
  const outlineOf = (node: TaskNode) => outlineTask(node, WORKER_TEMPLATES, DEFAULT_PERSONAS, model ?? 'unknown');
  const outlines = plan.nodes.map(outlineOf);
  const { tasks, ...totals } = estimateProject(plan.nodes, await loadEstimator(store, outlines), { outlineOf, slots });
  const quoted = tasks.map((task, index): QuotedTask => {
    const { template, persona } = outlines[index]!;
    return { id: plan.nodes[index]!.id, template, persona, ...task };
  });
  return { ...shared, model, planningTokens: 0, estimate: { ...totals, tasks: quoted } };
}

/** The model that worked last on tasks of these templates; null where none did. */
async function lastModel(store: ObservationStore, nodes: readonly TaskNode[]): Promise<string | null> {
  const templates = new Set(nodes.map((node) => outlineTask(node, WORKER_TEMPLATES, DEFAULT_PERSONAS, '')).map(({ template }) => template));
  let last = { finishedAt: '', model: 'none' };
  for (const template of templates) {
    const [newest] = await store.doRead({ template, limit: 1 });
    if (newest !== undefined && newest.model !== 'none' && newest.finishedAt > last.finishedAt) last = newest;
  }
  return last.model === 'none' ? null : last.model;
}
