/**
 * Worker side: activities over a host's ports, and the plugin that registers them.
 *
 * @packageDocumentation
 */
export { createActivities } from './worker/create-activities.js';
export { DefaultPlanner } from './worker/default-planner.js';
export type { FileManifest, ManifestFile } from './worker/file-manifest.js';
export { FilesystemArtifactStore } from './worker/filesystem-artifact-store.js';
export { KamachiqPlugin } from './worker/kamachiq-plugin.js';
export type { KamachiqPorts } from './worker/kamachiq-ports.js';
