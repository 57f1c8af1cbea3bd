import type { ObservationStore } from '../../ports/observation-store.js';
import { MOST_OBSERVATIONS, TaskEstimator } from './task-estimator.js';
import type { TaskKind, TaskObservation } from './task-observation.js';

/**
 * An estimator for tasks of these kinds, with what a store knows of them and of the same templates with other personas and models.
 *
 * @throws KamachiqError `observations.unreadable`
 * @public
 */
export async function loadEstimator(store: ObservationStore, kinds: readonly TaskKind[]): Promise<TaskEstimator> {
  const queries = new Map<string, Omit<TaskKind, 'persona' | 'model'> & Partial<TaskKind>>();
  for (const { template, persona, model } of kinds) {
    // Its own kind beside all: a kind that is rare among others must be found too.
    for (const query of [{ template }, { template, persona, model }]) queries.set(JSON.stringify(query), query);
  }
  const known = new Map<string, TaskObservation>();
  for (const query of queries.values()) {
    for (const observation of await store.doRead({ ...query, limit: MOST_OBSERVATIONS })) {
      known.set(JSON.stringify([observation.projectId, observation.taskId, observation.template]), observation);
    }
  }
  return new TaskEstimator([...known.values()].sort(byEnd));
}

const byEnd = (a: TaskObservation, b: TaskObservation): number => (a.finishedAt < b.finishedAt ? -1 : a.finishedAt > b.finishedAt ? 1 : 0);
