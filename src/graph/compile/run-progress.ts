import type { TaskOutputs } from '../output-type.js';
import { isOpen, isSettled } from '../run/task-transitions.js';
import type { TaskState } from '../task-state.js';
import type { CompileContext } from './compile-context.js';

/** What has become of the tasks of a plan, by their ids. */
export interface RunProgress {
  readonly stateOf: (id: string) => TaskState;
  /** At work or settled. */
  readonly hasBegun: (id: string) => boolean;
  /** Settled without success: it hands on nothing any more. */
  readonly isDead: (id: string) => boolean;
  /** Absent where it isn't known what tasks handed on. */
  readonly outputsOf?: (id: string) => TaskOutputs | undefined;
}

/** Derives what a plan may be asked from what a host says about its run. */
export function runProgress({ stateOf = () => 'pending', outputsOf }: Pick<CompileContext, 'stateOf' | 'outputsOf'>): RunProgress {
  return {
    stateOf,
    hasBegun: (id) => !isOpen(stateOf(id)),
    isDead: (id) => isSettled(stateOf(id)) && stateOf(id) !== 'succeeded',
    ...(outputsOf === undefined ? {} : { outputsOf }),
  };
}
