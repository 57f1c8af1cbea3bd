/** How somebody steps into a project that runs. @public */
export interface OrderOptions {
  /** Why, for people: shown in the report. 1 to 2,000 characters. */
  readonly reason: string;
  /**
   * Of this order in its project: 1 to 200 characters of one line. A project takes an order of one id once: who asks with it again changes nothing and is told
   * what became of the first. Where that was something else, another amount too, it is `control.update-id-taken`.
   *
   * @defaultValue a random UUID
   */
  readonly updateId?: string;
}

/** What a project may spend beside what it may already. At least one of the two is more than nothing. @public */
export interface BudgetRaise {
  /** Whole number from 0 to a trillion. */
  readonly tokens: number;
  /** 0, or from a millionth of a dollar to a million dollars, rounded to the nearest millionth. @defaultValue 0 */
  readonly dollars?: number;
}
