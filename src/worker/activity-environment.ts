import { DEFAULT_PERSONAS, type Persona } from '../agents/persona.js';
import { VerifiedSamplingRunner } from '../agents/verified-sampling-runner.js';
import { TemplateLibrary } from '../planning/template-library.js';
import type { AgentRunner } from '../ports/agent-runner.js';
import type { CallJournal } from '../ports/call-journal.js';
import type { LanguageModel } from '../ports/language-model.js';
import type { ObservationStore } from '../ports/observation-store.js';
import type { RuleSource } from '../ports/plan-rule.js';
import type { Planner } from '../ports/planner.js';
import type { QualityInstrument } from '../ports/quality-instrument.js';
import { deliverablesInstrument } from '../quality/deliverables-instrument.js';
import { executedChecksInstrument } from '../quality/executed-checks-instrument.js';
import { QualityRubric } from '../quality/quality-rubric.js';
import { DefaultPlanner } from './default-planner.js';
import type { KamachiqPorts } from './kamachiq-ports.js';
import { ProjectStore } from './project-store.js';
import { TaskMemory } from './task-memory.js';

/** A worker's ports with every default in place: what the activities work with. */
export interface ActivityEnvironment {
  readonly model: KamachiqPorts['model'];
  readonly cheaperModel?: LanguageModel;
  readonly sandbox: KamachiqPorts['sandbox'];
  readonly store: ProjectStore;
  readonly journal: CallJournal | undefined;
  readonly memory: TaskMemory;
  readonly observations: ObservationStore | undefined;
  readonly templates: TemplateLibrary;
  readonly instruments: readonly QualityInstrument[];
  readonly personas: readonly Persona[];
  readonly planner: Planner;
  readonly runner: AgentRunner;
  readonly rubric: QualityRubric;
  readonly rules: RuleSource | undefined;
}

/** @throws KamachiqError `template.duplicate-name` */
export function createEnvironment(ports: KamachiqPorts): ActivityEnvironment {
  return {
    model: ports.model,
    ...(ports.cheaperModel === undefined ? {} : { cheaperModel: ports.cheaperModel }),
    sandbox: ports.sandbox,
    store: new ProjectStore(ports.artifacts),
    journal: ports.journal,
    memory: new TaskMemory(ports.memory, ports.memoryTeam),
    observations: ports.observations,
    templates: new TemplateLibrary({ tasks: ports.taskTemplates ?? [], projects: ports.projectTemplates ?? [] }),
    instruments: [deliverablesInstrument, executedChecksInstrument, ...(ports.instruments ?? [])],
    personas: [...(ports.personas ?? []), ...DEFAULT_PERSONAS],
    planner: ports.planner ?? new DefaultPlanner(),
    runner: ports.runner ?? new VerifiedSamplingRunner(),
    rubric: ports.rubric ?? QualityRubric.DEFAULT,
    rules: ports.rules,
  };
}
