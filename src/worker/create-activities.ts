import { activityInfo } from '@temporalio/activity';
import type { RegisteredActivities } from '../workflow/activity-names.js';
import { accountForAttempt } from './account-for-attempt.js';
import { createEnvironment } from './activity-environment.js';
import { agentQueueOf, reviewQueueOf } from './apart-queues.js';
import { awaitTasks } from './await-tasks.js';
import { decomposeProject } from './decompose-project.js';
import { evaluateQuality } from './evaluate-quality.js';
import { finalizeFromArchives } from './finalize-from-archives.js';
import { finalizeProject } from './finalize-project.js';
import { withHeartbeat } from './heartbeat.js';
import { isProjectRunning } from './is-project-running.js';
import type { KamachiqPorts } from './kamachiq-ports.js';
import { spawnAgent } from './spawn-agent.js';
import { validateTaskGraph } from './validate-task-graph.js';

/** How activities are served. @public */
export interface ActivitiesOptions {
  /**
   * Sends the agents of projects that are planned here to `<queue>-agents`. Workers that `createAgentWorker` made must serve that queue: agents wait for
   * them as long as it takes.
   *
   * @defaultValue false: agents run on the queue of their tasks
   */
  readonly agentsApart?: boolean;

  /**
   * Sends the reviews of projects that are planned here, which execute what was made, to `<queue>-reviews`. Workers that `createReviewWorker` made must serve
   * that queue: reviews wait for them as long as it takes.
   *
   * @defaultValue false: reviews run on the queue of their tasks
   */
  readonly reviewsApart?: boolean;
}

/**
 * Makes our activities for a worker: `Worker.create({ activities: { ...yours, ...createActivities(ports) } })`. Their names begin with
 * `kamachiq.`, so they can't collide with a host's own. The ports stay the host's: it closes model and sandbox (`doClose`) when its worker has ended.
 *
 * @throws KamachiqError `template.duplicate-name`
 *
 * @public
 */
export function createActivities(ports: KamachiqPorts, { agentsApart = false, reviewsApart = false }: ActivitiesOptions = {}): RegisteredActivities {
  const environment = createEnvironment(ports);
  return {
    'kamachiq.decomposeProject': async (input) => {
      const decomposed = await decomposeProject(environment, input);
      const { taskQueue } = activityInfo();
      return {
        ...decomposed,
        ...(agentsApart ? { agentQueue: agentQueueOf(taskQueue) } : {}),
        ...(reviewsApart ? { reviewQueue: reviewQueueOf(taskQueue) } : {}),
      };
    },
    'kamachiq.validateTaskGraph': (input) => validateTaskGraph(environment, input),
    'kamachiq.spawnAgent': (input) => spawnAgent(environment, input),
    'kamachiq.evaluateQuality': (input) => evaluateQuality(environment, input),
    'kamachiq.accountForAttempt': (input) => accountForAttempt(environment, input),
    'kamachiq.keepText': ({ text }) => withHeartbeat(() => environment.store.putText(text, 'text/plain; charset=utf-8')),
    'kamachiq.finalizeProject': (input) => withHeartbeat(() => finalizeProject(environment, input)),
    'kamachiq.finalizeFromParts': ({ parts }) => withHeartbeat(async () => finalizeProject(environment, await environment.store.getParts(parts))),
    'kamachiq.finalizeFromArchives': (input) => withHeartbeat(() => finalizeFromArchives(environment, input)),
    'kamachiq.awaitTasks': awaitTasks,
    'kamachiq.isProjectRunning': isProjectRunning,
  };
}
