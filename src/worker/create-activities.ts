import type { RegisteredActivities } from '../workflow/activity-names.js';
import { createEnvironment } from './activity-environment.js';
import { decomposeProject } from './decompose-project.js';
import { evaluateQuality } from './evaluate-quality.js';
import { finalizeProject } from './finalize-project.js';
import type { KamachiqPorts } from './kamachiq-ports.js';
import { spawnAgent } from './spawn-agent.js';
import { validateTaskGraph } from './validate-task-graph.js';

/**
 * Makes our activities for a worker: `Worker.create({ activities: { ...yours, ...createActivities(ports) } })`. Their names begin with
 * `kamachiq.`, so they can't collide with a host's own. The ports stay the host's: it closes model and sandbox (`doClose`) when its worker has ended.
 *
 * @throws KamachiqError `template.duplicate-name`
 *
 * @public
 */
export function createActivities(ports: KamachiqPorts): RegisteredActivities {
  const environment = createEnvironment(ports);
  return {
    'kamachiq.decomposeProject': (input) => decomposeProject(environment, input),
    'kamachiq.validateTaskGraph': (input) => validateTaskGraph(environment, input),
    'kamachiq.spawnAgent': (input) => spawnAgent(environment, input),
    'kamachiq.evaluateQuality': (input) => evaluateQuality(environment, input),
    'kamachiq.finalizeProject': (input) => finalizeProject(environment, input),
  };
}
