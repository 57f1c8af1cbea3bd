import { requiredTokens } from '../graph/required-tokens.js';
import type { GraphRun } from '../graph/run/graph-run.js';
import { isOpen, isSettled } from '../graph/run/task-transitions.js';

/** What tasks are estimated at that have not begun, and that the project can't do without. */
export const requiredByOthers = (run: GraphRun): number =>
  run.nodes.reduce((sum, node) => sum + (isOpen(run.state(node.id)) ? requiredTokens(node) : 0), 0);

/** The longest path that is left; whatever it begins with is no further than at work. */
export const mostUrgent = (run: GraphRun): number =>
  run.nodes.reduce((most, { id }) => (isSettled(run.state(id)) ? most : Math.max(most, run.priority(id))), 0);
