import type { DecomposeProjectResult, TokenPrices } from './activity-types.js';
import { patched } from './temporal.js';

/* Changes of behaviour, and whether a workflow began after them: what began before goes on as it began, also where activities of a newer worker answer it. */

/** Reviews may have all of their hold, and more than that. */
export const hasToppedUpReviews = (): boolean => patched('kamachiq.review-topped-up');

/** Optional tasks make do with less once nothing else is open, and fail no project. */
export const sparesOptional = (): boolean => patched('kamachiq.optional-never-fails');

/** What first attempts hold by what their kind takes. */
export const knownHolds = (holds: DecomposeProjectResult['holds']): DecomposeProjectResult['holds'] =>
  holds !== undefined && patched('kamachiq.first-holds') ? holds : undefined;

/** What the store lost or spoiled before it was reviewed is made anew. */
export const makesAnew = (): boolean => patched('kamachiq.spoilt-made-anew');

/** Attempts that were lost with their worker are made anew, and count as none. */
export const sparesLostAttempts = (): boolean => patched('kamachiq.lost-attempts-anew');

/** Tasks outlive a run of their project, which goes on in another one where its history is long. */
export const continuesAsNew = (): boolean => patched('kamachiq.continues-as-new');

/** A run that is at work is as long as it may be. */
export const makesLongRuns = (): boolean => patched('kamachiq.long-runs');

/** What is in the store goes by reference: the plan to be compiled and to be reported on, what a task did to its project. */
export const goesByReference = (): boolean => patched('kamachiq.by-reference');

/** A project's workflow knows its tasks abridged: what only agents and reviews need of them is in the store. */
export const abridgesTasks = (): boolean => patched('kamachiq.abridged-tasks');

/** Prices, those of agents apart where they are known. */
export const knownPrices = ({ agents, ...prices }: TokenPrices): TokenPrices =>
  agents !== undefined && patched('kamachiq.agents-prices') ? { ...prices, agents } : prices;
