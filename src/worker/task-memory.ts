import { Context } from '@temporalio/activity';
import type { Persona } from '../agents/persona.js';
import { describeNote, isLaterWork, type NotedWork, noteAttempt, noteTags, noteTask, noteVerdict } from '../agents/task-note.js';
import type { TaskNode } from '../graph/task-node.js';
import type { ProjectSpec } from '../planning/project-spec.js';
import type { TaskTemplate } from '../planning/task-template.js';
import type { AgentOutcome } from '../ports/agent-runner.js';
import { type MemoryScope, type MemoryStore, type NoteAddress, NoteOutcome } from '../ports/memory-store.js';
import type { QualityVerdict } from '../quality/quality-gate.js';
import { displayText } from '../report/display-text.js';
import { withinPatience } from './within-patience.js';

/** Most notes that a task is shown: each costs its tokens in every prompt. */
const SHOWN_NOTES = 5;

/** Longest problem that is passed on. */
const PROBLEM_CHARACTERS = 300;

/** What the activities tell a memory of the task that they work on. */
interface RememberedTask {
  readonly projectId: string;
  readonly spec: ProjectSpec;
  readonly task: TaskNode;
  /** Null where nobody knows the template any more. */
  readonly template: TaskTemplate | null;
  readonly persona: Persona | null;
}

/**
 * What a worker's activities write to and read from the host's memory store. Nothing here fails a task: what goes wrong is logged and told in a line.
 *
 * Notes of a task have one place: attempts and deliveries write over each other, and an agent that was given up doesn't write over a later one. Nor does
 * what was given up for want of an answer of the store: it writes nothing after that; only a write that the store has begun by then can't be called back.
 */
export class TaskMemory {
  readonly #store: MemoryStore | undefined;
  readonly #teamOf: (projectId: string, spec: ProjectSpec) => string | null;
  readonly #patience: number | undefined;

  /** @param patience - Milliseconds after which work goes on without the store. @defaultValue ten seconds */
  constructor(store: MemoryStore | undefined, teamOf: (projectId: string, spec: ProjectSpec) => string | null = () => null, patience?: number) {
    this.#store = store;
    this.#teamOf = teamOf;
    this.#patience = patience;
  }

  /** Lines for a prompt, the most fitting first; none where the template reads no memory. */
  async recall(remembered: RememberedTask): Promise<{ readonly notes: readonly string[]; readonly problems: readonly string[] }> {
    const { task, template, persona, spec } = remembered;
    if (template?.kind !== 'sampled' || template.readsMemory !== true) return { notes: [], problems: [] };
    let notes: readonly string[] = [];
    const problems = await this.#attend('read', async (store) => {
      const scope = this.#scopeOf(remembered);
      const words = [spec.name, task.description, ...task.writes, ...noteTags(task, template, persona)].join(' ');
      // The task's own note tells of earlier attempts: what matters of them comes as feedback.
      const found = await store.doSearch({ ...scope, words, limit: SHOWN_NOTES + 1 });
      const others = found.filter(({ projectId, taskId }) => projectId !== scope.projectId || taskId !== task.id);
      notes = others.slice(0, SHOWN_NOTES).map((note) => describeNote(note, scope));
    });
    return { notes, problems };
  }

  /** Notes what an attempt came to. @returns what went wrong with that */
  async noteAttempt(
    remembered: RememberedTask,
    outcome: Pick<AgentOutcome, 'passed' | 'files' | 'outputs' | 'problems'>,
    work: NotedWork,
  ): Promise<readonly string[]> {
    return this.#attend('kept', async (store, isGivenUp) => {
      const note = noteAttempt(this.#noted(remembered), outcome, work);
      const known = await store.doRead(note);
      if (isGivenUp()) return;
      if (known === null || !isLaterWork(known, note)) await store.doWrite(note);
    });
  }

  /** Notes what a review decided. */
  async noteVerdict(remembered: RememberedTask, verdict: QualityVerdict): Promise<void> {
    await this.#attend('kept', async (store, isGivenUp) => {
      const noted = this.#noted(remembered);
      const known = await store.doRead(addressOf(noted, remembered.task));
      if (isGivenUp()) return;
      await store.doWrite(noteVerdict(known ?? noteTask(noted), verdict, noted.writtenAt));
    });
  }

  /** Notes what persons decided about tasks in the end, which no review tells. */
  async noteDecisions(
    { projectId, spec }: Pick<RememberedTask, 'projectId' | 'spec'>,
    decisions: readonly { readonly taskId: string; readonly succeeded: boolean }[],
  ): Promise<void> {
    if (decisions.length === 0) return;
    await this.#attend('kept', async (store, isGivenUp) => {
      const scope = { projectId, team: this.#teamOf(projectId, spec) };
      for (const { taskId, succeeded } of decisions) {
        const known = await store.doRead({ ...scope, taskId });
        if (isGivenUp()) return;
        const outcome = succeeded ? NoteOutcome.SUCCEEDED : NoteOutcome.FAILED;
        if (known !== null && known.outcome !== outcome) await store.doWrite({ ...known, outcome });
      }
    });
  }

  #scopeOf({ projectId, spec }: RememberedTask): MemoryScope {
    return { projectId, team: this.#teamOf(projectId, spec) };
  }

  #noted(remembered: RememberedTask) {
    const { spec, task, template, persona } = remembered;
    return { ...this.#scopeOf(remembered), projectName: spec.name, task, template, persona, writtenAt: new Date().toISOString() };
  }

  /** @returns what went wrong, in one line; nothing where there is no store */
  async #attend(what: 'read' | 'kept', work: (store: MemoryStore, isGivenUp: () => boolean) => Promise<void>): Promise<readonly string[]> {
    if (this.#store === undefined) return [];
    let givenUp = false;
    try {
      await withinPatience(
        'the memory store',
        work(this.#store, () => givenUp),
        this.#patience,
      );
      return [];
    } catch (error) {
      givenUp = true;
      const problem = `notes could not be ${what}: ${displayText(error instanceof Error ? error.message : String(error), PROBLEM_CHARACTERS)}`;
      Context.current().log.warn(problem);
      return [problem];
    }
  }
}

const addressOf = ({ projectId, team }: MemoryScope, { id }: TaskNode): NoteAddress => ({ projectId, team, taskId: id });
