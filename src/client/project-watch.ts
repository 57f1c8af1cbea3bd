import { setTimeout as delay } from 'node:timers/promises';
import { EventEmitter } from 'eventemitter3';
import { KamachiqError } from '../errors/kamachiq-error.js';
import type { ProjectProgress } from '../workflow/project-types.js';
import { diffProgress } from './diff-progress.js';
import type { ProjectEvent, ProjectEventName } from './project-events.js';

/** One look at a project. */
export interface ProjectLook {
  readonly progress: ProjectProgress;
  /** Its workflow is closed, however it came to that: nothing more will happen. */
  readonly closed: boolean;
}

/** Called with an event; what it returns is not waited for. @public */
export type ProjectListener<Name extends ProjectEventName> = (event: ProjectEvent<Name>) => unknown;

type AnyListener = (event: ProjectEvent) => void;

/** Milliseconds between two looks, where nobody says otherwise. */
const INTERVAL = 1_000;

/** With these there is nobody to be asked again. */
const LOST: ReadonlySet<string> = new Set([
  'client.not-found',
  'client.wrong-kind',
  'client.closed',
  'client.unauthorized',
  'client.unknown-namespace',
]);

/** What is too large may be smaller at the next look, but not after the end. */
const isLost = ({ code, context }: KamachiqError): boolean => LOST.has(code) || (code === 'client.answer-too-large' && context?.closed === true);

/**
 * Tells listeners what happens to a project, by looking at it again and again. Each thing is told once to those that listen then, whether watching stopped and
 * began again or server and workers were away meanwhile.
 */
export class ProjectWatch {
  readonly #look: (signal: AbortSignal) => Promise<ProjectLook>;
  readonly #emitter = new EventEmitter<Record<ProjectEventName, AnyListener>>();
  /** By the listener as it was passed: what is registered in its place keeps its errors from the others. */
  readonly #guarded = new WeakMap<object, AnyListener>();
  /** What was seen, from `#next` on not told yet. */
  #untold: readonly ProjectEvent[] = [];
  #next = 0;
  #seen: ProjectProgress | null = null;
  #interval = INTERVAL;
  #closing: AbortController | null = null;
  #watching: Promise<void> = Promise.resolve();
  #interrupted = false;
  #ended = false;

  /** @param look - Throws KamachiqError. */
  constructor(look: (signal: AbortSignal) => Promise<ProjectLook>) {
    this.#look = look;
  }

  on<Name extends ProjectEventName>(name: Name, listener: ProjectListener<Name>): void {
    this.#emitter.on(name, this.#guard(listener));
    this.begin();
  }

  once<Name extends ProjectEventName>(name: Name, listener: ProjectListener<Name>): void {
    this.#emitter.once(name, this.#guard(listener));
    this.begin();
  }

  /** With the last listener the watching ends. */
  off<Name extends ProjectEventName>(name: Name, listener: ProjectListener<Name>): void {
    this.#emitter.off(name, this.#guard(listener));
    this.#endWithoutListeners();
  }

  /**
   * Begins to watch, or goes on where watching stopped.
   *
   * @param since - What was seen already, and is not told again; of no account after the first look.
   */
  begin(interval: number = this.#interval, since: ProjectProgress | null = null): void {
    this.#interval = interval;
    this.#seen ??= since;
    if (this.#ended || this.#closing?.signal.aborted === false) return;
    const closing = new AbortController();
    this.#closing = closing;
    // One watching waits for the end of the one before: two at once would tell things twice.
    this.#watching = this.#watching
      .then(() => this.#watch(closing.signal))
      .finally(() => {
        if (this.#closing === closing) this.#closing = null;
      });
  }

  /** Ends the watching; once it is fulfilled, nothing is asked any more. Listeners stay, and are told the rest where watching begins again. */
  async close(): Promise<void> {
    this.#closing?.abort();
    this.#closing = null;
    await this.#watching;
  }

  async #watch(signal: AbortSignal): Promise<void> {
    this.#tell(signal);
    while (!this.#ended && !signal.aborted) {
      try {
        this.#take(await this.#look(signal));
      } catch (error) {
        if (signal.aborted) return;
        if (!KamachiqError.isInstance(error) || isLost(error)) return this.#fail(error);
        if (!this.#interrupted) this.#emit({ name: 'watch-interrupted', error });
        this.#interrupted = true;
      }
      this.#tell(signal);
      if (this.#ended) return;
      // Who only watches must not keep a process alive.
      await delay(this.#interval, undefined, { signal, ref: false }).catch(() => undefined);
    }
  }

  #take({ progress, closed }: ProjectLook): void {
    if (this.#interrupted) this.#emit({ name: 'watch-restored', at: Date.now() });
    this.#interrupted = false;
    const happened = diffProgress(this.#seen, progress);
    // Its status says nothing of it where it was ended from outside.
    this.#untold = closed && progress.phase !== 'ended' ? [...happened, { name: 'ended', result: null }] : happened;
    this.#next = 0;
    // Whoever saw the end already is not told of it again.
    this.#ended = this.#seen?.phase === 'ended';
    this.#seen = progress;
  }

  /** A listener may end the watching: what is left is told when it begins again. */
  #tell(signal: AbortSignal): void {
    while (this.#next < this.#untold.length && !signal.aborted) {
      const event = this.#untold[this.#next]!;
      this.#next += 1;
      if (event.name === 'ended') this.#ended = true;
      this.#emit(event);
    }
  }

  #fail(error: unknown): void {
    this.#closing = null;
    const known = KamachiqError.isInstance(error)
      ? error
      : new KamachiqError({
          code: 'client.request-failed',
          message: `Expected the status of a project, got what can't be read as one: ${wordsOf(error)}.`,
          remedy: 'Pass the id of a project.',
          cause: error,
        });
    if (!this.#emit({ name: 'watch-failed', error: known })) process.emitWarning(`${known.message} ${known.remedy}`, 'KamachiqWarning', known.code);
  }

  /** Whether anybody listens. */
  #emit(event: ProjectEvent): boolean {
    const heard = this.#emitter.emit(event.name, event);
    if (heard) this.#endWithoutListeners();
    return heard;
  }

  #endWithoutListeners(): void {
    if (this.#emitter.eventNames().length === 0) this.#closing?.abort();
  }

  #guard(listener: (event: never) => unknown): AnyListener {
    const known = this.#guarded.get(listener);
    if (known !== undefined) return known;
    const guarded: AnyListener = (event) => {
      void (async () => listener(event as never))().catch((error: unknown) => {
        if (event.name === 'listener-failed' || !this.#emit({ name: 'listener-failed', event, error })) {
          process.emitWarning(`A listener of ${event.name} failed: ${wordsOf(error)}.`, 'KamachiqWarning');
        }
      });
    };
    this.#guarded.set(listener, guarded);
    return guarded;
  }
}

const wordsOf = (error: unknown): string => (error instanceof Error ? error.message : String(error)).replace(/\.$/, '');
