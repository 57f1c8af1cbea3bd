import type { TaskNode } from '../graph/task-node.js';
import type { ArtifactReference } from '../ports/artifact-store.js';
import type { QualityVerdict } from '../quality/quality-gate.js';
import type { AttemptReport } from '../report/project-report.js';

/** What an agent task's workflow is started with. @public */
export interface AgentTaskInput {
  readonly projectId: string;
  readonly plan: ArtifactReference;
  readonly task: TaskNode;
  readonly upstream: readonly ArtifactReference[];
  readonly seed: number;
  readonly threshold: number;
  /** Tokens already held for the first attempt; later ones ask the project's workflow. */
  readonly holdTokens: number;
  readonly reviewTimeoutMinutes: number;
}

/** What a task came to. @public */
export interface AgentTaskResult {
  readonly succeeded: boolean;
  /** Why, where it did not succeed by the gate alone. */
  readonly reason: string | null;
  /** True when tokens, not work, were missing. */
  readonly budgetExhausted: boolean;
  readonly manifest: ArtifactReference | null;
  readonly verdict: QualityVerdict | null;
  readonly attempts: readonly AttemptReport[];
  /** What each hold came to. */
  readonly settlements: readonly HoldSettlement[];
  readonly records: readonly ArtifactReference[];
}

/** What was really spent of a hold. @public */
export interface HoldSettlement {
  /** Example: `divide/0/1`: task, remediation, attempt. */
  readonly key: string;
  readonly tokens: number;
}

/** Where a task stands, as its workflow knows it. @public */
export interface AgentTaskProgress {
  readonly phase: 'working' | 'evaluating' | 'waiting-for-tokens' | 'waiting-for-person' | 'ended';
  readonly attempt: number;
  readonly remediation: number;
  readonly attempts: number;
  readonly tokensSpent: number;
  readonly score: number | null;
}
