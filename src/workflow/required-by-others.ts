import { requiredTokens } from '../graph/required-tokens.js';
import { isOpen } from '../graph/run/task-transitions.js';
import type { AbridgedRun } from './abridged-run.js';

/** What tasks are estimated at that have not begun, and that the project can't do without. */
export const requiredByOthers = (run: AbridgedRun): number =>
  run.nodes.reduce((sum, node) => sum + (isOpen(run.state(node.id)) ? requiredTokens(node) : 0), 0);
