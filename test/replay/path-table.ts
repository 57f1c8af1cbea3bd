import { isImpossible } from './impossible-paths.js';
import { isTaken, type WorkflowPath } from './path-universe.js';
import type { Step } from './read-steps.js';

/** A step that a recorded run took. */
export interface TakenStep extends Step {
  readonly workflow: string;
}

/** What recorded histories show of the paths through the workflows. */
export interface PathTable {
  /** A row for each state, with how often each outcome was taken; outcomes that nothing took are apart. */
  readonly rows: readonly { readonly workflow: string; readonly state: string; readonly taken: string; readonly missing: string }[];
  /** Share of the possible paths that were taken. */
  readonly share: number;
  readonly possible: number;
  readonly taken: number;
  /** Taken, though the code has no such path, or though it is said to be impossible. */
  readonly unexpected: readonly string[];
}

/** Holds what was taken against all that there is. */
export function tabulatePaths(universe: readonly WorkflowPath[], steps: readonly TakenStep[]): PathTable {
  const counts = new Map<WorkflowPath, number>();
  const unexpected = new Set<string>();
  const found = new Map<string, WorkflowPath | undefined>();
  for (const step of steps) {
    const key = `${step.workflow}, ${step.state}: ${step.outcome}`;
    if (!found.has(key))
      found.set(
        key,
        universe.find((each) => each.workflow === step.workflow && isTaken(each, step)),
      );
    const path = found.get(key);
    if (path === undefined || isImpossible(path)) unexpected.add(key);
    else counts.set(path, (counts.get(path) ?? 0) + 1);
  }
  const possible = universe.filter((path) => !isImpossible(path));
  const states = new Map<string, WorkflowPath[]>();
  for (const path of possible) {
    const key = `${path.workflow}, ${path.state}`;
    states.set(key, [...(states.get(key) ?? []), path]);
  }
  const rows = [...states.values()].map((paths) => {
    const { workflow, state } = paths[0]!;
    const tell = (chosen: readonly WorkflowPath[], word: (path: WorkflowPath) => string) => chosen.map(word).join(', ');
    return {
      workflow,
      state,
      taken: tell(
        paths.filter((path) => counts.has(path)),
        (path) => `${path.outcome} ${counts.get(path)}`,
      ),
      missing: tell(
        paths.filter((path) => !counts.has(path)),
        ({ outcome }) => outcome,
      ),
    };
  });
  return { rows, share: counts.size / possible.length, possible: possible.length, taken: counts.size, unexpected: [...unexpected] };
}
