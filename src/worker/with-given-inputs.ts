import type { TaskNode } from '../graph/task-node.js';
import type { GivenValue } from '../workflow/agent-task-types.js';
import type { ProjectStore } from './project-store.js';

/** The task with the values that others handed on among its inputs. */
export async function withGivenInputs(store: ProjectStore, task: TaskNode, given: readonly GivenValue[] = []): Promise<TaskNode> {
  if (given.length === 0) return task;
  const manifests = new Map(given.map(({ manifest }) => [manifest.sha256, manifest]));
  const outputs = new Map(await Promise.all([...manifests].map(async ([hash, manifest]) => [hash, await store.getOutputs(manifest)] as const)));
  const bound = given.map(({ input, manifest, output }) => [input, outputs.get(manifest.sha256)![output]!] as const);
  return { ...task, inputs: Object.fromEntries([...Object.entries(task.inputs), ...bound]) };
}
