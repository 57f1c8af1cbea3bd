/** What an attempt was told beside its task, where that is worth telling: notes that it was shown, and what was left out or lost. @public */
export interface AttemptContext {
  /** Example: `add/0/1`: task, remediation, attempt. */
  readonly key: string;
  /** Notes on earlier tasks that the prompt had room for. */
  readonly notes: number;
  /** What was cut for want of room; empty where nothing was. */
  readonly cuts: readonly ContextCut[];
  /** Why notes could not be read or kept, in one line each; the attempt went on without. */
  readonly memoryProblems: readonly string[];
}

/** A part of an agent's context. @public */
export type ContextSection = 'persona' | 'goals' | 'constraints' | 'context' | 'feedback' | 'notes' | 'files';

/** A part of an attempt's context of which something was left out of the prompt. @public */
export interface ContextCut {
  readonly section: ContextSection;
  /** Lines, or parts of long lines, that there were; remarks and notes are one each. */
  readonly pieces: number;
  readonly piecesKept: number;
  /** Tokens of what was left out, by the model's own count. */
  readonly tokensCut: number;
}
