/** A host's workflow module with our workflows as they come, and an empty one that starts in a bundle with them. */

export * from 'kamachiq/workflows';
export { EmptyWorkflow } from './empty-workflows.js';
