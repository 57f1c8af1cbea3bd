import type { AttemptTerms } from '../agents/attempt-terms.js';
import type { AbridgedTask } from '../graph/abridged-task.js';
import type { TaskOutputs } from '../graph/output-type.js';
import type { ArtifactReference } from '../ports/artifact-store.js';
import type { QualityVerdict } from '../quality/quality-gate.js';
import type { AttemptReport } from '../report/project-report.js';

/** What an agent leases its slot from, beside the slots of its project. @public */
export interface AgentLeasing {
  /** Works while it holds a lease. */
  hold<Result>(terms: { readonly key: string; readonly group: string; readonly urgency: number }, work: () => Promise<Result>): Promise<Result>;
}

/** What an agent task's workflow is started with. @public */
export interface AgentTaskInput {
  readonly projectId: string;
  readonly plan: ArtifactReference;
  readonly task: AbridgedTask;
  /** Manifests of what succeeded nearest before the task. */
  readonly upstream: readonly ArtifactReference[];
  /** Values of other tasks that are added to its inputs. @defaultValue none */
  readonly given?: readonly GivenValue[];
  readonly seed: number;
  readonly threshold: number;
  /** Tokens already held for the first attempt; later ones ask the project's workflow. */
  readonly holdTokens: number;
  /** Micro-dollars, likewise. @defaultValue no limit */
  readonly holdMicroDollars?: number;
  readonly reviewTimeoutMinutes: number;
  /** @defaultValue agents are taken from the queue of the task */
  readonly agents?: AgentQueue;
  /** The queue that its reviews are taken from. @defaultValue that of the task */
  readonly reviewQueue?: string;
  /** With what less the first attempt makes do. @defaultValue nothing */
  readonly terms?: AttemptTerms;
  /** From 1: a task that people retry starts again. @defaultValue 1 */
  readonly start?: number;
  /** Whether it goes on when the run of its project ends: it then finds out by itself whether the project does. @defaultValue false */
  readonly outlives?: boolean;
  /** Whether what it did goes to the store with its review, and to its project by reference. @defaultValue false */
  readonly storesAccount?: boolean;
}

/** A queue that only agents are taken from, and a place in it. @public */
export interface AgentQueue {
  readonly taskQueue: string;
  /** From 1 to 5, 1 being the first to be taken. */
  readonly priorityKey: number;
}

/** A value that a task handed on and another one is given: by reference, since many may be given much. @public */
export interface GivenValue {
  /** Name under which the task finds it in its inputs. */
  readonly input: string;
  /** Manifest of the task that handed it on. */
  readonly manifest: ArtifactReference;
  /** Name of the output there. */
  readonly output: string;
}

/** What a task did: all of it in its result; in a message to its project, the lists hold what is new since the message before. @public */
export interface AgentTaskAccount {
  /** What it made: what the verdict is about where there is one, else the latest; null while there is nothing to use. */
  readonly manifest: ArtifactReference | null;
  readonly verdict: QualityVerdict | null;
  readonly attempts: readonly AttemptReport[];
  /** What each hold came to. */
  readonly settlements: readonly HoldSettlement[];
  /** Records of the model's calls. */
  readonly records: readonly ArtifactReference[];
  /** All that it did until now, where that is in the store: attempts, records and verdict then don't come with it. */
  readonly stored?: StoredAccount;
}

/** What a task did, in the store. @public */
export interface StoredAccount {
  /** A list of one `ArchivedTask`, as JSON. */
  readonly account: ArtifactReference;
  /** How many it tells of. */
  readonly attempts: number;
  /** What its verdict says. */
  readonly verdict: VerdictSummary;
}

/** What of a verdict is told beside its task. @public */
export type VerdictSummary = Pick<QualityVerdict, 'decision' | 'score'>;

/** What a task came to. @public */
export interface AgentTaskResult extends AgentTaskAccount {
  /** What it hands on to other tasks; absent where that is nothing. */
  readonly outputs?: TaskOutputs;
  readonly succeeded: boolean;
  /** Why, where it did not succeed by the gate alone. */
  readonly reason: string | null;
  /** True when tokens, not work, were missing. */
  readonly budgetExhausted: boolean;
}

/** What a task came to, without what is as in one that did everything that its project finds in the store. @public */
export type BriefTaskResult = Pick<AgentTaskResult, 'succeeded' | 'manifest'> & Partial<AgentTaskResult>;

/** How a file begins, in at most 1,000 bytes of JSON, for people. @public */
export interface FileExcerpt {
  readonly path: string;
  /** Without control characters, but for line breaks and tabs; ends with an ellipsis where it was cut. */
  readonly text: string;
}

/** What was really spent of a hold. @public */
export interface HoldSettlement {
  /** Example: `divide/0/1`: task, remediation, attempt. */
  readonly key: string;
  readonly tokens: number;
  /** @defaultValue 0 */
  readonly microDollars?: number;
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
