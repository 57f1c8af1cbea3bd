/**
 * Client side: submit projects, watch them, decide reviews, fetch what was made.
 *
 * @packageDocumentation
 */
export type { WatchOptions } from './client/check-watch-options.js';
export { exportFiles } from './client/export-files.js';
export { type ExportedProject, exportProject } from './client/export-project.js';
export { KamachiqClient, type ReviewDecision } from './client/kamachiq-client.js';
export type { BudgetRaise, OrderOptions } from './client/order-options.js';
export type { ProjectEvent, ProjectEventName, ProjectEventPayloads } from './client/project-events.js';
export { type LiveProject, type LiveTask, ProjectHandle, type ReviseOptions } from './client/project-handle.js';
export type { ProjectListener } from './client/project-watch.js';
export { readManifest } from './client/read-manifest.js';
export type { ReviewQueue, UnansweredReview } from './client/review-queue.js';
export type { SubmitOptions } from './client/submit-options.js';
export { type ArtifactSweep, type SweepArtifactsOptions, sweepArtifacts } from './client/sweep-artifacts.js';
export type { ManifestFile } from './worker/file-manifest.js';
