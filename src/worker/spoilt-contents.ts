import { ArtifactError } from '../errors/artifact-error.js';

/** Deliveries after which what is missing is missing for good: a store of several machines may be late. */
const PATIENCE = 3;

/** Contents that a store lost or spoiled, and what is made do with in their place. */
export class SpoiltContents {
  readonly #waits: boolean;
  readonly #found: string[] = [];

  /** @param delivery - Of the activity, from 1. */
  constructor(delivery: number) {
    this.#waits = delivery < PATIENCE;
  }

  /** Reads, or makes do with something else where the content is gone for good. */
  async read<Value, Otherwise>(what: string, read: () => Promise<Value>, otherwise: Otherwise): Promise<Value | Otherwise> {
    try {
      return await read();
    } catch (error) {
      if (!(error instanceof ArtifactError) || !this.#isGone(error)) throw error;
      this.note(what);
      return otherwise;
    }
  }

  note(what: string): void {
    this.#found.push(what);
  }

  /** What is gone, in a sentence; null where nothing is. */
  get words(): string | null {
    if (this.#found.length === 0) return null;
    const named = this.#found.slice(0, 5).join(', ');
    const more = this.#found.length > 5 ? ` and ${this.#found.length - 5} more` : '';
    return `The artifact store lost or spoiled what it was given: ${named}${more}. Restore it from a backup, or carry out the project again.`;
  }

  #isGone({ code }: ArtifactError): boolean {
    return code === 'artifact.corrupted' || (code === 'artifact.missing' && !this.#waits);
  }
}
