/** With what less an attempt makes do, for want of tokens or money, or after a prompt that was too long; what is absent is as usual. Plain JSON. @public */
export interface AttemptTerms {
  /** Share of its usual length that an answer may have, above 0 and below 1. */
  readonly outputShare?: number;
  /** Candidates that may be drawn at most, at least 1. */
  readonly maximumCandidates?: number;
  /** Whether the model for where money is short does the work. */
  readonly cheaperModel?: boolean;
  /** Share of the usual room that its prompt may take, above 0 and below 1. */
  readonly contextShare?: number;
}
