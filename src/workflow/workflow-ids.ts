/** A workflow id made of a task: its place in the plan keeps it unique, its id is shown where it is fit to be shown. */
export const taskWorkflowId = (projectId: string, index: number, taskId: string): string => `${projectId}/${index + 1}-${shown(taskId)}`;

/** The id of a review: of a task's outcome, or of the project's where there is no task. */
export const reviewWorkflowId = (subjectWorkflowId: string): string => `${subjectWorkflowId}/review`;

// Ids come from models: the server takes 1,000 bytes, and people read them in addresses.
const shown = (taskId: string): string => taskId.replace(/[^A-Za-z0-9._-]+/g, '-').slice(0, 60) || 'task';
