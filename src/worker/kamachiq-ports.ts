import type { Persona } from '../agents/persona.js';
import type { ProjectSpec } from '../planning/project-spec.js';
import type { ProjectTemplate } from '../planning/project-template.js';
import type { TaskTemplate } from '../planning/task-template.js';
import type { AgentRunner } from '../ports/agent-runner.js';
import type { ArtifactStore } from '../ports/artifact-store.js';
import type { CallJournal } from '../ports/call-journal.js';
import type { LanguageModel } from '../ports/language-model.js';
import type { MemoryStore } from '../ports/memory-store.js';
import type { ObservationStore } from '../ports/observation-store.js';
import type { RuleSource } from '../ports/plan-rule.js';
import type { Planner } from '../ports/planner.js';
import type { QualityInstrument } from '../ports/quality-instrument.js';
import type { Sandbox } from '../ports/sandbox.js';
import type { QualityRubric } from '../quality/quality-rubric.js';

/**
 * What a worker brings: the model, the sandbox and the store are its own, the rest has defaults. `KamachiqPlugin` closes model and sandbox when its
 * last worker has ended; with `createActivities` that is the host's to do.
 *
 * @public
 */
export interface KamachiqPorts {
  /** Plans, works and, where no instrument can measure, judges. */
  readonly model: LanguageModel;
  /** Does the work of tasks where money is short, in place of the other. @defaultValue none */
  readonly cheaperModel?: LanguageModel;
  readonly sandbox: Sandbox;
  readonly artifacts: ArtifactStore;
  /** Where calls of the model stand before they are made. @defaultValue nowhere: what is lost with a worker is charged at all that was held for it */
  readonly journal?: CallJournal;
  /** Where notes on tasks are kept for later ones. @defaultValue nothing is remembered */
  readonly memory?: MemoryStore;
  /**
   * Names the team whose projects share what they remember; null for a project that shares with nobody. Asked on every worker, so it must answer
   * the same everywhere. @defaultValue no project shares: what one was told may be kept from another, and what one was fooled with stays in it
   */
  readonly memoryTeam?: (projectId: string, spec: ProjectSpec) => string | null;
  /** Where later estimates read what tasks did cost. @defaultValue nowhere */
  readonly observations?: ObservationStore;
  readonly taskTemplates?: readonly TaskTemplate[];
  readonly projectTemplates?: readonly ProjectTemplate[];
  /** Measure before, and instead of, the model; deliverables and executed checks are always measured. */
  readonly instruments?: readonly QualityInstrument[];
  /** Come before the default ones. */
  readonly personas?: readonly Persona[];
  /** @defaultValue `DefaultPlanner`: the spec's own tasks, else a project template, else the model. */
  readonly planner?: Planner;
  /** @defaultValue `VerifiedSamplingRunner` */
  readonly runner?: AgentRunner;
  /** @defaultValue `QualityRubric.DEFAULT` */
  readonly rubric?: QualityRubric;
  /** Where the rules come from that every plan must keep. @defaultValue no rules */
  readonly rules?: RuleSource;
}
