/** The queue that only agents are taken from, beside the queue of the tasks that they work for. */
export const agentQueueOf = (taskQueue: string): string => `${taskQueue}-agents`;

/** The queue that only reviews are taken from, likewise. */
export const reviewQueueOf = (taskQueue: string): string => `${taskQueue}-reviews`;
