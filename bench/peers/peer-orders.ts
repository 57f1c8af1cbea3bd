/** A task that does nothing, and those that it waits for. */
export interface PeerTask {
  readonly id: string;
  readonly dependencies: readonly string[];
}

/** What a peer is to carry out: tasks in an order in which they could be, so many at once. */
export interface PeerOrder {
  /** The id of one of its ways. */
  readonly way: string;
  readonly tasks: readonly PeerTask[];
  readonly inFlight: number;
  /** How long a task holds its place; 0 where it ends at once. */
  readonly holdMilliseconds: number;
}

/** One of the ways in which a peer can carry out tasks. */
interface PeerWay {
  readonly id: string;
  /** Its name in tables. */
  readonly name: string;
  /** What a task is to it, and when it lies on disk. */
  readonly description: string;
}

/** A peer that is ready. */
export interface PeerDescription {
  readonly ways: readonly PeerWay[];
  /** Of everything that takes part. */
  readonly versions: Readonly<Record<string, string>>;
}

/** What is kept of what was carried out. */
export interface Persisted {
  /** Of all tables. */
  readonly rows: number;
  /** Of the pages of the database. */
  readonly bytes: number;
}

/** What carrying out tasks took. */
export interface PeerRun {
  readonly wallMilliseconds: number;
  /** Tasks that were seen at work at the same time. */
  readonly mostAtOnce: number;
  readonly persisted: Persisted;
}

/** What a peer's program tells: first what it is, then a run for each order; or that it could not. */
export type PeerAnswer = { readonly ready: PeerDescription } | { readonly run: PeerRun } | { readonly problem: string };
