import { readdir, readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { basename, join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import type { History } from '@temporalio/common/lib/proto-utils.js';
import { TestingError } from './testing-error.js';

/** A workflow's history as it was recorded. */
export interface RecordedHistory {
  /** The file, below the folder that was read, and the workflow: what a replay that breaks is named by. */
  readonly name: string;
  readonly workflowId: string;
  readonly history: History;
}

/** What reads histories, of the same release as the worker that replays them. */
interface HistoryReader {
  fromBytes(bytes: Uint8Array): History;
  fromJson(json: unknown): History;
}

/**
 * Reads every history below a folder, in the order of their paths: `*.json` as `temporal workflow show --output json` writes it, and `*.json.gz`, which
 * holds a list of workflow ids with their histories, each in base64 of Temporal's own encoding.
 *
 * @throws TestingError `testing.unreadable-history`
 */
export async function readHistories(folder: string): Promise<readonly RecordedHistory[]> {
  const found = await readdir(folder, { recursive: true }).catch((cause: unknown) => {
    throw unreadable(folder, 'a folder', cause);
  });
  const reader = historyReader();
  const files = found.filter((path) => /\.json(?:\.gz)?$/.test(path)).sort();
  const histories: RecordedHistory[] = [];
  for (const file of files) {
    const content = await readFile(join(folder, file));
    try {
      histories.push(...(file.endsWith('.gz') ? readList(reader, file, gunzipSync(content)) : [readOne(reader, file, content)]));
    } catch (cause) {
      throw unreadable(join(folder, file), 'recorded histories', cause);
    }
  }
  return histories;
}

function readList(reader: HistoryReader, file: string, content: Uint8Array): readonly RecordedHistory[] {
  const recorded = JSON.parse(textOf(content)) as readonly { readonly workflowId: string; readonly history: string }[];
  return recorded.map(({ workflowId, history }) => ({
    name: `${file}: ${workflowId}`,
    workflowId,
    history: reader.fromBytes(Buffer.from(history, 'base64')),
  }));
}

function readOne(reader: HistoryReader, file: string, content: Uint8Array): RecordedHistory {
  const history = reader.fromJson(JSON.parse(textOf(content)));
  // Workflow code may ask for its id, so a made-up one can break a replay; histories of old servers don't say it.
  const workflowId = history.events?.[0]?.workflowExecutionStartedEventAttributes?.workflowId || basename(file, '.json');
  return { name: `${file}: ${workflowId}`, workflowId, history };
}

/** Not by the SDK's own `historyFromJSON`: it fails where npm gives each of the SDK's packages a protobufjs of its own, as it does beside gRPC's. */
function historyReader(): HistoryReader {
  const ofWorker = createRequire(createRequire(import.meta.url).resolve('@temporalio/worker'));
  const ofProtocol = createRequire(ofWorker.resolve('@temporalio/proto'));
  const type = (ofWorker('@temporalio/proto') as { lookupType(name: string): unknown }).lookupType('temporal.api.history.v1.History');
  const { fromJson } = ofProtocol('protobufjs/ext/protojson') as { fromJson(type: unknown, json: unknown, options: object): History };
  return {
    fromBytes: (bytes) => (type as { decode(bytes: Uint8Array): History }).decode(bytes),
    fromJson: (json) => fromJson(type, json, { ignoreUnknownFields: true }),
  };
}

const textOf = (content: Uint8Array) => new TextDecoder().decode(content);

const unreadable = (path: string, expected: string, cause: unknown) =>
  new TestingError(
    'testing.unreadable-history',
    `Expected ${expected} at ${path}, got what can't be read: ${cause instanceof Error ? cause.message : String(cause)}`,
    'Record it again, or take it out of the folder.',
    cause,
  );
