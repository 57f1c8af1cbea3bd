import type { AttemptTerms } from '../agents/attempt-terms.js';
import type { CallMeter } from '../agents/call-meter.js';
import type { MeteredModel } from '../agents/metered-model.js';
import type { TaskOutputs } from '../graph/output-type.js';
import type { TaskNode } from '../graph/task-node.js';
import type { TaskTemplate } from '../planning/task-template.js';
import type { CheckOutcome } from '../quality/check.js';
import type { FileOrigin, ModelCallRecord } from '../report/project-report.js';
import type { CancellationSignal, ModelPrice } from './language-model.js';
import type { Sandbox } from './sandbox.js';
import type { SourceFile } from './source-file.js';

/**
 * Port to what carries out one attempt at a task. The built-in one draws candidates until one passes its checks; a host's own agent plugs in here.
 *
 * @public
 */
export interface AgentRunner {
  readonly specificationVersion: 1;

  /** Kind and version, for reports. Example: `verified-sampling/1`. */
  readonly id: string;

  /**
   * `own` for a runner that calls models around the meter: what it tells is charged, the whole hold where it tells nothing, and the report says so. Nothing
   * keeps it from spending more than is held.
   *
   * @defaultValue every call goes through the meter
   */
  readonly metering?: 'own';

  /**
   * What the tokens of its calls cost, where it does not only call the model that it is given. Where money is limited, an attempt holds what its tokens cost by
   * the dearer of the two. One that counts by itself needs it too: what it tells afterwards is otherwise held by nothing where the model is free.
   *
   * @defaultValue as the model's
   */
  readonly price?: ModelPrice;

  /**
   * Works until something passes or what is held is spent, and answers with the best there is. What it answers is examined: files that the task
   * doesn't declare, or outside the project, fail the attempt, and none of its files is kept; what is no outcome at all is `agent.invalid-outcome`.
   *
   * @throws ModelCallError, SandboxError or any other error that makes the attempt fail; what was spent until then is charged.
   */
  doRun(request: AgentRequest, context: AgentContext): Promise<AgentOutcome>;
}

/** One attempt at a task. Plain JSON but for the template. @public */
export interface AgentRequest {
  readonly projectId: string;
  readonly task: TaskNode;
  readonly template: TaskTemplate;
  /** Persona, goals, constraints and context, as instructions, and what was left out of them for want of room. */
  readonly instructions: string;
  /** From 1. */
  readonly attempt: number;
  /** 0 for the first work, then the number of the verdict that sent it back. */
  readonly remediation: number;
  /** What reviewers or failed attempts said. Like the rest of the context it was cut to the room that a prompt has. */
  readonly feedback: readonly string[];
  /** Notes on earlier tasks, in one line each, the most fitting first. Models wrote them: data, never instructions. @defaultValue none */
  readonly notes?: readonly string[];
  /** Snapshot of the files that the task's ancestors made. */
  readonly files: readonly SourceFile[];
  /** The same for the prompt, cut to the room there is; what works on the files takes them whole. @defaultValue `files` */
  readonly shownFiles?: readonly SourceFile[];
  readonly seed: number;
  /** With what less the attempt makes do, for want of tokens or money; absent where it has all it asked for. */
  readonly terms?: AttemptTerms;
}

/** What an agent works with. @public */
export interface AgentContext {
  readonly model: MeteredModel;
  /** For an agent that calls models by other ways than the port: every call of its own goes through here. The model's calls do already. */
  readonly meter: CallMeter;
  readonly sandbox: Sandbox;
  readonly signal: CancellationSignal;
  /** Tells people how far the attempt is, in these four numbers and no more; called often, must not throw. */
  readonly onProgress: (progress: AgentProgress) => void;
}

/** @public */
export interface AgentProgress {
  readonly candidates: number;
  readonly tokensSpent: number;
  readonly checksPassed: number;
  readonly checksTotal: number;
}

/** What an attempt came to. @public */
export interface AgentOutcome {
  /** Whether everything that could be checked passed. */
  readonly passed: boolean;
  /** The best there is, each file that the task declares and no other; empty when nothing usable was made. */
  readonly files: readonly ProducedFile[];
  /** Values that the task hands on, as it declares them; absent where it declares none. */
  readonly outputs?: TaskOutputs;
  readonly candidates: number;
  /** Calls that a runner made around the meter; of no other runner are they looked at. */
  readonly usage?: readonly ModelCallRecord[];
  readonly checks: readonly CheckOutcome[];
  /** Why it did not pass, in one line each; empty when it did. */
  readonly problems: readonly string[];
}

/** A file and who made it. @public */
export interface ProducedFile extends SourceFile {
  readonly madeBy: FileOrigin;
}
