/** The least that carries out tasks by child workflows on the SDK: a hand-written parent that keeps so many children in flight, and nothing else. */
import { condition, executeChild, proxyActivities, proxyLocalActivities, workflowInfo } from '@temporalio/workflow';
import type { AgentTaskInput, RegisteredActivities } from 'kamachiq/workflow';

type TaskActivities = Pick<RegisteredActivities, 'kamachiq.spawnAgent' | 'kamachiq.evaluateQuality'> & {
  /** Both in one. */
  spawnAndEvaluate(input: object): Promise<object>;
};

const startToCloseTimeout = '1 minute';
const activities = proxyActivities<TaskActivities>({ startToCloseTimeout });
const localActivities = proxyLocalActivities<TaskActivities>({ startToCloseTimeout });

/** What a floor is started with. */
export interface FloorInput {
  /** Which of the workflows below carries out a task. */
  readonly child: string;
  readonly tasks: readonly AgentTaskInput[];
  readonly inFlight: number;
}

export async function FloorProject({ child, tasks, inFlight }: FloorInput): Promise<number> {
  const { workflowId } = workflowInfo();
  let next = 0;
  let succeeded = 0;
  const carryOut = async () => {
    for (let index = next++; index < tasks.length; index = next++) {
      const result = await executeChild(child, { workflowId: `${workflowId}/${index + 1}`, args: [tasks[index]] });
      if ((result as { succeeded: boolean }).succeeded) succeeded += 1;
    }
  };
  await Promise.all(Array.from({ length: inFlight }, carryOut));
  return succeeded;
}

/** The same for tasks that wait for each other: those that are ready are started in the order in which they became so. */
export async function FloorGraph({ child, tasks, inFlight }: FloorInput): Promise<number> {
  const { workflowId } = workflowInfo();
  const waiting = new Map(tasks.map((input) => [input, new Set(input.task.dependencies)]));
  const ready: AgentTaskInput[] = [];
  let succeeded = 0;
  const findReady = () => {
    for (const [input, dependencies] of waiting) if (dependencies.size === 0 && waiting.delete(input)) ready.push(input);
  };
  const carryOut = async () => {
    while (waiting.size + ready.length > 0) {
      await condition(() => ready.length > 0 || waiting.size === 0);
      const input = ready.shift();
      if (input === undefined) continue;
      const result = await executeChild(child, { workflowId: `${workflowId}/${input.task.id}`, args: [input] });
      if ((result as { succeeded: boolean }).succeeded) succeeded += 1;
      for (const dependencies of waiting.values()) dependencies.delete(input.task.id);
      findReady();
    }
  };
  findReady();
  await Promise.all(Array.from({ length: inFlight }, carryOut));
  return succeeded;
}

/** As many activities as an agent's task has, with what they are given and answer there. */
export async function FloorTask(input: AgentTaskInput) {
  const attempt = await activities['kamachiq.spawnAgent']({ ...input, attempt: 1, remediation: 0, feedback: [] });
  const { verdict, record } = await activities['kamachiq.evaluateQuality']({ ...input, manifests: [attempt.manifest!], holdTokens: 0 });
  return endOf(attempt, verdict, record);
}

export async function LocalTask(input: AgentTaskInput) {
  const attempt = await localActivities['kamachiq.spawnAgent']({ ...input, attempt: 1, remediation: 0, feedback: [] });
  const { verdict, record } = await localActivities['kamachiq.evaluateQuality']({ ...input, manifests: [attempt.manifest!], holdTokens: 0 });
  return endOf(attempt, verdict, record);
}

/** The review beside the attempt is the worker's own: only the attempt is an activity that the server knows. */
export async function LocalReviewTask(input: AgentTaskInput) {
  const attempt = await activities['kamachiq.spawnAgent']({ ...input, attempt: 1, remediation: 0, feedback: [] });
  const { verdict, record } = await localActivities['kamachiq.evaluateQuality']({ ...input, manifests: [attempt.manifest!], holdTokens: 0 });
  return endOf(attempt, verdict, record);
}

export async function MergedTask(input: AgentTaskInput) {
  const both = await activities.spawnAndEvaluate({ ...input, attempt: 1, remediation: 0, feedback: [] });
  return { succeeded: true, ...both };
}

export async function BarestTask(input: AgentTaskInput) {
  await activities['kamachiq.spawnAgent']({ ...input, attempt: 1, remediation: 0, feedback: [] });
  return { succeeded: true };
}

/** What its end tells a project. */
const endOf = ({ manifest, ...attempt }: { readonly manifest: unknown }, verdict: unknown, record: unknown) => ({
  succeeded: true,
  reason: null,
  budgetExhausted: false,
  manifest,
  verdict,
  attempts: [attempt],
  settlements: [],
  records: [record],
});
