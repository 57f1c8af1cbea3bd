import type { TaskOutputs } from '../graph/output-type.js';
import type { TaskNode } from '../graph/task-node.js';
import type { FunctionSpec, ProjectSpec } from '../planning/project-spec.js';
import type { ProducedFile } from '../ports/agent-runner.js';
import type { ArtifactReference, ArtifactStore } from '../ports/artifact-store.js';
import type { SourceFile } from '../ports/source-file.js';
import type { AttemptContext } from '../report/attempt-context.js';
import type { ModelCallRecord } from '../report/project-report.js';
import type { FileManifest, ManifestFile } from './file-manifest.js';

/** Plans that are kept in memory; one has at most some megabytes. */
const KEPT_PLANS = 4;

/** Reads and writes what the activities pass to each other by reference. */
export class ProjectStore {
  readonly #artifacts: ArtifactStore;
  /** Plans that were read last, by their hash: every activity of a task reads the same one. */
  readonly #plans = new Map<string, Promise<StoredPlan>>();

  constructor(artifacts: ArtifactStore) {
    this.#artifacts = artifacts;
  }

  putText(text: string, mediaType: string): Promise<ArtifactReference> {
    return this.#artifacts.doPut(encoder.encode(text), mediaType);
  }

  async getText(reference: ArtifactReference): Promise<string> {
    return decoder.decode(await this.#artifacts.doGet(reference));
  }

  /** Reads what was stored in parts, which together are JSON. */
  async getParts<Value>(parts: readonly ArtifactReference[]): Promise<Value> {
    return JSON.parse((await Promise.all(parts.map((part) => this.getText(part)))).join('')) as Value;
  }

  putPlan(plan: StoredPlan): Promise<ArtifactReference> {
    return this.#putJson(plan);
  }

  getPlan(reference: ArtifactReference): Promise<StoredPlan> {
    const { sha256 } = reference;
    const plan = this.#plans.get(sha256) ?? this.#getJson<StoredPlan>(reference);
    // What was read last comes last.
    this.#plans.delete(sha256);
    this.#plans.set(sha256, plan);
    for (const oldest of this.#plans.keys()) {
      if (this.#plans.size <= KEPT_PLANS) break;
      this.#plans.delete(oldest);
    }
    // A store that failed may answer the next time.
    plan.catch(() => {
      if (this.#plans.get(sha256) === plan) this.#plans.delete(sha256);
    });
    return plan;
  }

  putRecord(record: StoredRecord): Promise<ArtifactReference> {
    return this.#putJson(record);
  }

  getRecord(reference: ArtifactReference): Promise<StoredRecord> {
    return this.#getJson(reference);
  }

  putManifest(manifest: FileManifest): Promise<ArtifactReference> {
    return this.#putJson(manifest);
  }

  /** Stores what an attempt made and lists it over what was there before. */
  async putFiles(
    upstream: readonly ManifestFile[],
    taskId: string,
    made: readonly ProducedFile[],
    outputs?: TaskOutputs,
  ): Promise<ArtifactReference> {
    const own = await Promise.all(
      made.map(async ({ path, text, madeBy, role }) => {
        const before = upstream.find((file) => file.path === path);
        const content = await this.putText(text, 'text/plain; charset=utf-8');
        return { path, content, taskId, revision: (before?.revision ?? -1) + 1, madeBy, ...(role === undefined ? {} : { role }) };
      }),
    );
    return this.putManifest({ files: mergeManifests([{ files: upstream }, { files: own }]), ...(outputs === undefined ? {} : { outputs }) });
  }

  getManifest(reference: ArtifactReference): Promise<FileManifest> {
    return this.#getJson(reference);
  }

  /** Reads manifests and lays them over each other, in order. */
  async getFiles(references: readonly ArtifactReference[]): Promise<readonly ManifestFile[]> {
    return mergeManifests(await Promise.all(references.map((reference) => this.getManifest(reference))));
  }

  /** What the task handed on whose outcome a manifest is. */
  async getOutputs(reference: ArtifactReference): Promise<TaskOutputs> {
    return (await this.getManifest(reference)).outputs ?? {};
  }

  async readFiles(files: readonly ManifestFile[]): Promise<readonly SourceFile[]> {
    const read = async ({ path, content, role }: ManifestFile) => ({
      path,
      text: await this.getText(content),
      ...(role === undefined ? {} : { role }),
    });
    return Promise.all(files.map(read));
  }

  #putJson(value: unknown): Promise<ArtifactReference> {
    return this.putText(JSON.stringify(value), 'application/json');
  }

  async #getJson<Value>(reference: ArtifactReference): Promise<Value> {
    return JSON.parse(await this.getText(reference)) as Value;
  }
}

/** A plan with the spec it was made for. */
export interface StoredPlan {
  readonly spec: ProjectSpec;
  readonly functions: readonly FunctionSpec[];
  readonly projectTemplate: string | null;
  readonly nodes: readonly TaskNode[];
}

/** The model's calls in one activity. */
export interface StoredRecord {
  readonly calls: readonly ModelCallRecord[];
  /** What an attempt was told; absent where nothing is worth telling of it. */
  readonly context?: AttemptContext;
}

/** Lays manifests over each other, in order. */
export function mergeManifests(manifests: readonly FileManifest[]): readonly ManifestFile[] {
  const byPath = new Map<string, ManifestFile>();
  for (const { files } of manifests) {
    for (const file of files) {
      // Manifests carry everything upstream of them: one may list an older version of what another wrote anew.
      const known = byPath.get(file.path);
      if (known === undefined || known.revision <= file.revision) byPath.set(file.path, file);
    }
  }
  return [...byPath.values()].sort((a, b) => (a.path < b.path ? -1 : 1));
}

const encoder = new TextEncoder();
const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
