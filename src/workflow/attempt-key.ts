/**
 * Under which an attempt's tokens are held and its calls are journalled; ids of tasks have no slash.
 *
 * @param start - From 1: a task that people retry starts again.
 * @returns Example: `divide/0/1`, or `divide/start-2/0/1` in its second start.
 */
export const attemptKey = (taskId: string, start: number, remediation: number, attempt: number): string =>
  `${taskId}${start === 1 ? '' : `/start-${start}`}/${remediation}/${attempt}`;
