/** A duration as the clock of a project shows it; none is negative, whatever the clocks say. */
export const shownSeconds = (milliseconds: number): string => `${(Math.max(0, milliseconds) / 1000).toFixed(1)}s`;
