import type { AbridgedTask } from '../graph/abridged-task.js';
import type { GraphRun } from '../graph/run/graph-run.js';

/** Where the tasks of a project stand, as its workflow knows them. */
export type AbridgedRun = GraphRun<AbridgedTask>;
