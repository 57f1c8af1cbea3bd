import type { AgentTaskInput } from '../../src/workflow.js';
import { AgentTaskWorkflow as Leased } from '../support/leased-project-workflows.js';
import { AgentTaskWorkflow as Usual } from '../support/workflows.js';

export { AgentPoolWorkflow } from '../../src/agent-pool-workflow.js';
export * from '../support/workflows.js';

/** Tasks that lease their agents and tasks that don't have one name: which it was is told by the project's. */
export const AgentTaskWorkflow = (input: AgentTaskInput) => (input.projectId.startsWith('leased-') ? Leased : Usual)(input);
