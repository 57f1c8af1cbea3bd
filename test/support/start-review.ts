import { randomUUID } from 'node:crypto';
import type { HumanReviewInput } from 'kamachiq/workflow';
import type { TemporalFixture } from './temporal.js';

/** Starts a review as a project would, on a queue; with anything else for an input it never gets to answer. */
export async function startReview(temporal: TemporalFixture, taskQueue: string, input: HumanReviewInput | null = review('any')): Promise<string> {
  const workflowId = `review-${randomUUID()}`;
  await temporal.environment.client.workflow.start('HumanReviewWorkflow', { taskQueue, workflowId, args: [input] });
  return workflowId;
}

/** What a person is asked of a project. */
export const review = (projectId: string): HumanReviewInput => ({
  projectId,
  subject: { kind: 'project' },
  reason: 'It did not pass.',
  manifest: { sha256: 'a'.repeat(64), bytes: 2, mediaType: 'application/json' },
  score: 0.5,
  threshold: 0.8,
  findings: [],
  timeoutMinutes: 10,
});
