/** When each task started and ended in a simulation, by position. */
export interface Schedule {
  readonly starts: readonly number[];
  readonly ends: readonly number[];
}

export const makespanOf = ({ ends }: Schedule): number => ends.reduce((latest, end) => Math.max(latest, end), 0);
