/** How many combinations (`all`, `any`, `not`) may stand inside each other in a condition: what looks at one goes as deep as it nests. */
export const CONDITION_DEPTH = 8;
