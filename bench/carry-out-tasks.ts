import { randomUUID } from 'node:crypto';
import type { ProjectInput, ProjectResult } from 'kamachiq/workflow';
import type { FloorInput } from './floor-workflows.js';
import { type ProjectFigures, readProjectFigures } from './history-figures.js';
import { millisecondsSince } from './milliseconds-since.js';
import type { OrchestrationServer } from './orchestration-server.js';
import { IN_FLIGHT, projectOf, type TaskSet, taskInputsOf } from './orchestration-tasks.js';

/** Who carries out tasks. */
export interface Orchestrator {
  readonly name: string;
  readonly taskQueue: string;
  /** The floor's workflow for a task; null for our project. */
  readonly child: string | null;
}

/** What carrying out tasks took. */
export interface CarriedOut extends ProjectFigures {
  readonly tasks: number;
  readonly wallMilliseconds: number;
  /** Of all threads of the worker's process, server and client left out. */
  readonly cpuMilliseconds: number;
}

/** Carries out tasks, and reads what that took. @throws Error where not all of them succeeded */
export async function carryOutTasks(server: OrchestrationServer, orchestrator: Orchestrator, set: TaskSet): Promise<CarriedOut> {
  const worker = server.worker(orchestrator.taskQueue);
  const before = await worker.usage();
  const begun = process.hrtime.bigint();
  const { workflowId, firstExecutionRunId } = await startTasks(server, orchestrator, set);
  const result = await server.client.workflow.getHandle(workflowId).result();
  const wallMilliseconds = millisecondsSince(begun);
  const cpuMilliseconds = (await worker.usage()).cpuMilliseconds - before.cpuMilliseconds;
  const { succeeded, reason } = orchestrator.child === null ? endOf(result as ProjectResult) : { succeeded: result as number, reason: '' };
  if (succeeded !== set.count) throw new Error(`Only ${succeeded} of ${set.count} tasks of ${orchestrator.name} succeeded. ${reason}`);
  const figures = await readProjectFigures(server.client, workflowId, firstExecutionRunId);
  return { tasks: set.count, wallMilliseconds, cpuMilliseconds, ...figures };
}

const endOf = ({ metrics, reason }: ProjectResult) => ({ succeeded: metrics.tasks.succeeded, reason });

function startTasks({ client }: OrchestrationServer, { taskQueue, child }: Orchestrator, set: TaskSet) {
  const workflowId = `orchestration-${randomUUID()}`;
  if (child === null) {
    const input: ProjectInput = { projectId: workflowId, spec: projectOf(set), seed: 0 };
    return client.workflow.start('KamachiqProjectWorkflow', { workflowId, taskQueue, args: [input] });
  }
  const input: FloorInput = { child, tasks: taskInputsOf(workflowId, set), inFlight: IN_FLIGHT };
  return client.workflow.start(set.family === undefined ? 'FloorProject' : 'FloorGraph', { workflowId, taskQueue, args: [input] });
}
