import { readFile, stat } from 'node:fs/promises';
import { type GraphFinding, InvalidInputError, planWithoutModel, type TaskGraphDocument } from 'kamachiq';
import { type GraphPicture, pictureOfPlan } from 'kamachiq/report';
import { loadProjectSpec, parsePlan } from 'kamachiq/spec';
import { pictureOfReportFile } from './picture-of-report-file.js';
import { plainText } from './plain-text.js';
import { planFindings, WORKER_TEMPLATES } from './plan-findings.js';
import { usageError } from './usage-error.js';

/** Reports are the largest: what Temporal carries for them is far less. */
const MOST_BYTES = 32 * 1024 * 1024;

/** What is known of a graph that lies in a file. */
export interface GraphFile {
  readonly picture: GraphPicture;
  /** What keeps the plan from running on a worker of this command line; nothing of a project that ran. */
  readonly findings: readonly GraphFinding[];
}

/**
 * Reads a graph from a project spec (its tasks, or its functions as a template cuts them), a task graph or a plan, which is a task graph with limits,
 * or the report of a project that ended. Nothing asks a model.
 *
 * @throws InvalidInputError for a file that can't be read or is none of these; KamachiqError `cli.no-plan`, `cli.no-tasks`
 */
export async function readGraphFile(path: string): Promise<GraphFile> {
  const text = await readText(path);
  const name = plainText(path, 200);
  if (text !== null) {
    const content = parseJson(text);
    if (isReport(content)) return { picture: pictureOfReportFile(content, name), findings: [] };
    if (isGraph(content) || (content === undefined && GRAPH_IN_YAML.test(text))) return compile(readPlan(text, name));
  }
  const plan = planWithoutModel(await loadProjectSpec(path), WORKER_TEMPLATES);
  if (plan !== null) return compile(plan.graph);
  throw usageError(
    'no-plan',
    `Expected a spec with tasks, or with functions that a template cuts, got one that a model must plan: ${name}.`,
    'Carry it out, and draw the report.json of the project.',
  );
}

function compile(plan: TaskGraphDocument): GraphFile {
  const findings = planFindings(plan);
  return { picture: pictureOfPlan(plan.nodes, findings), findings };
}

/** Each task must be one by itself; what is wrong between them is left to the compiler, which says more about it. */
function readPlan(text: string, name: string): TaskGraphDocument {
  const read = parsePlan(text);
  if (read.ok) return read.plan;
  throw new InvalidInputError(name, read.findings);
}

const isReport = (content: unknown): content is Readonly<Record<string, unknown>> =>
  isMapping(content) && Array.isArray(content.tasks) && Object.hasOwn(content, 'schedule');

/** No spec is a list, and none has this key. */
const isGraph = (content: unknown): boolean => Array.isArray(content) || (isMapping(content) && Object.hasOwn(content, 'nodes'));
const GRAPH_IN_YAML = /^nodes[ \t]*:/mu;

const isMapping = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Null for what the reader of specs refuses. */
async function readText(path: string): Promise<string | null> {
  try {
    // Opening a pipe or a device could wait for ever.
    const found = await stat(path);
    return found.isFile() && found.size <= MOST_BYTES ? await readFile(path, 'utf8') : null;
  } catch {
    return null;
  }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text.replace(/^\ufeff/, ''));
  } catch {
    return undefined;
  }
}
