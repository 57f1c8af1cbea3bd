import type { PeerRun } from './peers/peer-orders.js';

/** The graph that all of them carry out: phases one after the other, as most plans have them. */
export const FAMILY = 'layered';

/** Who carries out tasks that depend on each other, and keeps on disk how far it got. */
export interface DurableContender {
  readonly name: string;
  /** What a task is to it, and when it lies on disk. */
  readonly description: string;
  readonly versions: Readonly<Record<string, string>>;
  /** Of `FAMILY`, ten at once where it can; a task holds its place for so long where the contender can make it. */
  readonly carryOut: (tasks: number, holdMilliseconds: number) => Promise<DurableRun>;
}

/** What carrying out tasks took; how many were at once is null where that could not be seen. */
export type DurableRun = Omit<PeerRun, 'mostAtOnce'> & { readonly mostAtOnce: number | null };

/** Contenders that are ready, why others are not, and how to be done with them. */
export interface OpenContenders {
  readonly contenders: readonly DurableContender[];
  readonly missing: readonly MissingContender[];
  readonly close: () => Promise<void>;
}

/** Somebody who can't be measured. */
export interface MissingContender {
  readonly name: string;
  readonly why: string;
}
