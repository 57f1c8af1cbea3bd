/**
 * Workflow side: one strict limit of agents for all projects, as a workflow. Export `AgentPoolWorkflow` from your workflow module if you want it; hosts
 * that don't import this carry none of it.
 *
 * @packageDocumentation
 */
export type { FairAgentPoolSnapshot, WaitingInGroup } from './agents/fair-agent-pool.js';
export * from './workflow/agent-pool-messages.js';
export { AgentPoolWorkflow } from './workflow/agent-pool-workflow.js';
export { AgentLeases, type LeaseTerms, leaseFrom } from './workflow/lease-agent.js';
