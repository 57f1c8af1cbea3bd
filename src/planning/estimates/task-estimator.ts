import { type Draw, ObservedGroup } from './observed-group.js';
import type { TaskKind, TaskObservation, TaskOutline } from './task-observation.js';

/** Newest observations that count: what is older was made by other prompts, on another machine. */
export const MOST_OBSERVATIONS = 300;

/** What all observations of the next coarser group count for together, in observations of the kind itself, while it has none of its own. */
const ALIKE_WEIGHT = 3;

/** Observations of a kind from which on it needs no other. */
export const KNOWN_WELL = 30;

/** Observations from which on ⌈0.9 · (n + 1)⌉ is not more than n. */
const FEW = 9;

/** Half of all outcomes are at most `p50`, nine of ten at most `p90`. @public */
export interface Quantiles {
  readonly p50: number;
  readonly p90: number;
}

/** What a task is expected to come to, attempts, retries and remediations together. @public */
export interface TaskEstimate {
  readonly tokens: Quantiles;
  /** Millionths of a dollar. */
  readonly microDollars: Quantiles;
  /** From its start to its approval, not counting waits for people. */
  readonly milliseconds: Quantiles;
  /** Prompt and answer of one candidate; null where none was ever seen. */
  readonly candidateTokens: number | null;
  /** Share of tasks of the kind that succeeded; null where none was ever seen. */
  readonly succeeded: number | null;
  /** Finished tasks of the same template, persona and model that it rests on. */
  readonly observations: number;
  /** `kind`: its own kind; `alike`: also the same template with other personas or models; `plan`: nothing but the plan's own figures. */
  readonly basis: 'kind' | 'alike' | 'plan';
}

/** What may become of a task: draws, each with what it counts for. */
export interface TaskOutlook {
  /** The same object for tasks that share their observations. */
  readonly group: ObservedGroup | null;
  readonly draw: (index: number) => Draw;
  readonly weights: readonly number[];
  /** What may also come true, as one observation more, where too little is known to tell nine of ten; null where it isn't. */
  readonly unseen: Draw | null;
}

/**
 * Tells what tasks will cost by what tasks of their kind did cost.
 *
 * A task is expected to come to what one of those observed came to, stretched by the expected sizes of their candidates: a weighted empirical
 * distribution, to which the same template with other personas or models adds what three observations would count for, less with each of its own and nothing
 * from 30 on: a kind that is new leans on its neighbours (shrinkage towards the coarser group, Efron and Morris 1975). P90 is the conformal
 * quantile, the ⌈0.9 · (n + 1)⌉th smallest of n (Vovk, Gammerman and Shafer 2005): of tasks that are exchangeable, nine of ten stay below it, however the
 * costs are distributed. Where that is more than n, what the plan itself says at most stands in for infinity.
 *
 * @public
 */
export class TaskEstimator {
  readonly #byTemplate = new Map<string, TaskObservation[]>();
  readonly #groups = new Map<string, ObservedGroup | null>();

  /** @param observations - Of any templates, personas and models; the oldest first. */
  constructor(observations: readonly TaskObservation[]) {
    for (const observation of observations) {
      const own = this.#byTemplate.get(observation.template);
      if (own === undefined) this.#byTemplate.set(observation.template, [observation]);
      else own.push(observation);
    }
  }

  /** What a task is expected to come to; by the plan's own figures where nothing like it is known. */
  estimate(task: TaskOutline): TaskEstimate {
    const group = this.#group(task);
    const { draw } = this.outlook(task);
    const weights = group?.weights ?? [1];
    const draws = weights.map((_, index) => draw(index));
    const quantiles = (read: (draw: Draw) => number, bound: number): Quantiles =>
      conformalQuantiles(draws.map(read), weights, { level: group?.level ?? 0.9, bound });
    const observed = sum(weights);
    return {
      tokens: quantiles(({ tokens }) => tokens, task.plannedTokens),
      microDollars: quantiles(({ microDollars }) => microDollars, 0),
      milliseconds: quantiles(({ milliseconds }) => milliseconds, task.plannedMilliseconds),
      candidateTokens: group?.candidateTokens(task.characters) ?? null,
      succeeded: group === null ? null : sum(weights.filter((_, index) => draws[index]!.succeeded)) / observed,
      observations: group?.ownCount ?? 0,
      basis: group === null ? 'plan' : group.ownCount === group.observations.length ? 'kind' : 'alike',
    };
  }

  /** What may become of a task, to be drawn from. @internal */
  outlook(task: TaskOutline): TaskOutlook {
    const group = this.#group(task);
    const planned: Draw = { tokens: task.plannedTokens, microDollars: 0, milliseconds: task.plannedMilliseconds, succeeded: true };
    if (group === null) return { group, draw: () => planned, weights: [1], unseen: null };
    const size = group.candidateTokens(task.characters);
    const drawFrom = (index: number) => group.drawFor(task, size, index);
    const { weights } = group;
    if (sum(weights) >= FEW) return { group, draw: drawFrom, weights, unseen: null };
    // As in `estimate`: the plan stands in for what was never seen, and is no reason to expect less than what was.
    const draws = weights.map((_, index) => drawFrom(index));
    const most = (read: (draw: Draw) => number) => draws.reduce((largest, draw) => Math.max(largest, read(draw)), read(planned));
    const unseen: Draw = {
      tokens: most(({ tokens }) => tokens),
      microDollars: most(({ microDollars }) => microDollars),
      milliseconds: most(({ milliseconds }) => milliseconds),
      succeeded: true,
    };
    return { group, draw: drawFrom, weights, unseen };
  }

  #group(kind: TaskKind): ObservedGroup | null {
    const key = JSON.stringify([kind.template, kind.persona, kind.model]);
    let group = this.#groups.get(key);
    if (group === undefined) {
      group = this.#makeGroup(kind);
      this.#groups.set(key, group);
    }
    return group;
  }

  #makeGroup({ template, persona, model }: TaskKind): ObservedGroup | null {
    const all = this.#byTemplate.get(template) ?? [];
    const own = all.filter((observation) => observation.persona === persona && observation.model === model);
    const sameModel = all.filter((observation) => observation.persona !== persona && observation.model === model);
    const alike = sameModel.length > 0 ? sameModel : all.filter((observation) => observation.model !== model);
    if (own.length + alike.length === 0) return null;
    const alikeWeight = ALIKE_WEIGHT * (1 - own.length / KNOWN_WELL);
    return new ObservedGroup(own.slice(-MOST_OBSERVATIONS), alikeWeight > 0 ? alike.slice(-MOST_OBSERVATIONS) : [], alikeWeight);
  }
}

/** The smallest values below which enough of the weight lies, one observation being kept for what was not seen yet. */
function conformalQuantiles(
  values: readonly number[],
  weights: readonly number[],
  { level, bound }: { readonly level: number; readonly bound: number },
): Quantiles {
  const order = values.map((_, index) => index).sort((a, b) => values[a]! - values[b]!);
  const total = sum(weights);
  const at = (share: number): number => {
    let left = share * (total + 1);
    for (const index of order) {
      left -= weights[index]!;
      if (left <= 1e-9) return Math.round(values[index]!);
    }
    const largest = values[order.at(-1)!] ?? 0;
    // A level that was raised above 0.9 must not turn what is known into what was planned.
    return Math.round(total >= FEW ? largest : Math.max(bound, largest));
  };
  return { p50: at(0.5), p90: at(level) };
}

const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);
