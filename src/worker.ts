/**
 * Worker side: activities over a host's ports, and the plugin that registers them.
 *
 * @packageDocumentation
 */

export type { ApartWorkerOptions } from './worker/apart-worker.js';
export { type ActivitiesOptions, createActivities } from './worker/create-activities.js';
export { createAgentWorker } from './worker/create-agent-worker.js';
export { createReviewWorker } from './worker/create-review-worker.js';
export { DefaultPlanner } from './worker/default-planner.js';
export type { FileManifest, ManifestFile } from './worker/file-manifest.js';
export { FilesystemArtifactStore } from './worker/filesystem-artifact-store.js';
export { FilesystemCallJournal } from './worker/filesystem-call-journal.js';
export { FilesystemMemoryStore, type MemoryLimits } from './worker/filesystem-memory-store.js';
export { FilesystemObservationStore } from './worker/filesystem-observation-store.js';
export { KamachiqPlugin, type KamachiqPluginOptions } from './worker/kamachiq-plugin.js';
export type { KamachiqPorts } from './worker/kamachiq-ports.js';
