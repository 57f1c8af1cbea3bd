import type { TaskOutputs } from '../graph/output-type.js';
import type { ArtifactReference } from '../ports/artifact-store.js';
import type { FileRole } from '../ports/source-file.js';
import type { FileOrigin } from '../report/project-report.js';

/** Files of a project at some moment. @public */
export interface FileManifest {
  /** Sorted by path, each path once. */
  readonly files: readonly ManifestFile[];
  /** What the task hands on whose outcome this is: who decides about it decides about these too. Absent where there are none. */
  readonly outputs?: TaskOutputs;
}

/** A file of a manifest: where its content is, and who made it. @public */
export interface ManifestFile {
  readonly path: string;
  readonly content: ArtifactReference;
  readonly taskId: string;
  /** How often the path had been written before; the highest is the latest. */
  readonly revision: number;
  readonly madeBy: FileOrigin;
  /** What the file is for; absent where it is part of the program. */
  readonly role?: FileRole;
}
