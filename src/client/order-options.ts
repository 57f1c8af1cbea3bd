/** How somebody steps into a project that runs. @public */
export interface OrderOptions {
  /** Why, for people: shown in the report. 1 to 2,000 characters. */
  readonly reason: string;
  /**
   * Of this order in its project: 1 to 200 characters of one line. A project takes an order of one id once: who asks with it again, whatever for, changes
   * nothing and is told what became of the first.
   *
   * @defaultValue a random UUID
   */
  readonly updateId?: string;
}

/** What a project may spend beside what it may already. At least one of the two is more than nothing. @public */
export interface BudgetRaise {
  /** Whole number from 0 to a trillion. */
  readonly tokens: number;
  /** From 0 to a million, rounded to a millionth of a dollar. @defaultValue 0 */
  readonly dollars?: number;
}
