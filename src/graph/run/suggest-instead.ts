import { showId } from '../graph-error.js';
import type { TaskNode } from '../task-node.js';
import type { SettledState, TaskState } from '../task-state.js';
import { TriggerRule } from '../trigger-rule.js';
import { decideTrigger } from './decide-trigger.js';
import { isSettled } from './task-transitions.js';

const NAMED = 5;

/** Says what to do instead of changing a task that has begun. */
export function makeSuggestions(nodes: readonly TaskNode[], stateOf: (id: string) => TaskState): (id: string, state: TaskState) => string {
  let blocked: ((id: string) => readonly string[]) | null = null;
  return (id, state) => {
    if (state === 'skipped') return 'Add a task in its place, which depends on what succeeded.';
    if (!isSettled(state) || state === 'succeeded') return 'Add a task that goes on from it.';
    blocked ??= blockedBy(nodes, stateOf);
    const ends = endsOf(id, blocked);
    const named = ends.slice(0, NAMED).map(showId).join(', ');
    const more = ends.length > NAMED ? ` and ${ends.length - NAMED} more` : '';
    const reason = ends.length === 1 && ends[0] === id ? '' : ', which could not start because of it';
    return `Add a task that depends by one-failed on ${named}${more}${reason}: only where such a task succeeds, the failure is made up for.`;
  };
}

/** The failures behind one, itself included, of which each has none behind it: where these are made up for, it is too, see `GraphRun.rescues`. */
function endsOf(id: string, blockedBy: (id: string) => readonly string[]): readonly string[] {
  const reached = new Set([id]);
  const ends: string[] = [];
  // What is added on the way is reached too.
  for (const failure of reached) {
    const next = blockedBy(failure);
    if (next.length === 0) ends.push(failure);
    for (const each of next) reached.add(each);
  }
  return ends;
}

/** Who could not start because of a task. */
function blockedBy(nodes: readonly TaskNode[], stateOf: (id: string) => TaskState): (id: string) => readonly string[] {
  const blocked = new Map<string, string[]>();
  for (const { id, dependencies, triggerRule = TriggerRule.ALL_SUCCESS } of nodes) {
    const state = stateOf(id);
    if (state !== 'upstream-failed' && state !== 'cancelled') continue;
    const states = dependencies.map((dependency) => stateOf(dependency));
    const settled = new Set<SettledState>(states.filter(isSettled));
    // One that was cancelled could perhaps have started.
    if (decideTrigger(triggerRule, settled, !states.every(isSettled)) === 'ready') continue;
    for (const dependency of new Set(dependencies)) {
      const ids = blocked.get(dependency);
      if (ids === undefined) blocked.set(dependency, [id]);
      else ids.push(id);
    }
  }
  return (id) => blocked.get(id) ?? [];
}
