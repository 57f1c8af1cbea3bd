import { readFile, stat } from 'node:fs/promises';
import { pythonCommandLineTemplate, pythonTaskTemplates } from '@kamachiq/python';
import {
  compileTaskGraph,
  DEFAULT_PERSONAS,
  findTemplateProblems,
  type GraphFinding,
  InvalidInputError,
  planWithoutModel,
  type TaskGraphDocument,
  type TaskNode,
  TemplateLibrary,
} from 'kamachiq';
import { type GraphPicture, pictureOfPlan } from 'kamachiq/report';
import { loadProjectSpec, parseModelJson, parseTaskGraph, taskGraphSchema, taskNodeSchema } from 'kamachiq/spec';
import { pictureOfReportFile } from './picture-of-report-file.js';
import { plainText } from './plain-text.js';
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
 * Reads a graph from a project spec (its tasks, or its functions as a template cuts them), a task graph, JSON or YAML, a plan as JSON, which is a
 * task graph with limits, or the report of a project that ended. Nothing asks a model.
 *
 * @throws InvalidInputError for a file that can't be read or is none of these; KamachiqError `cli.no-plan`
 */
export async function readGraphFile(path: string): Promise<GraphFile> {
  const text = await readText(path);
  const content = text === null ? null : parseMapping(text);
  const name = plainText(path, 200);
  if (text !== null && content !== null && Array.isArray(content.nodes)) return compile(readPlan(text, content, name));
  if (content !== null && Array.isArray(content.tasks) && 'schedule' in content) return { picture: pictureOfReportFile(content, name), findings: [] };
  if (content === null && text !== null && GRAPH_IN_YAML.test(text)) return compile({ nodes: readGraph(text, name), ...WITHOUT_LIMITS });
  const plan = planWithoutModel(await loadProjectSpec(path), TEMPLATES);
  if (plan !== null) return compile(plan.graph);
  throw usageError(
    'no-plan',
    `Expected a spec with tasks, or with functions that a template cuts, got one that a model must plan: ${name}.`,
    'Carry it out, and draw the report.json of the project.',
  );
}

/** As a worker of this command line has them. */
const TEMPLATES = new TemplateLibrary({ tasks: pythonTaskTemplates, projects: [pythonCommandLineTemplate] });

function compile(plan: TaskGraphDocument): GraphFile {
  const { findings } = compileTaskGraph(plan, {
    findTemplateProblems: (task) => findTemplateProblems(TEMPLATES, task),
    hasPersona: (name) => DEFAULT_PERSONAS.some((persona) => persona.name === name),
  });
  return { picture: pictureOfPlan(plan.nodes), findings };
}

function readPlan(text: string, content: Readonly<Record<string, unknown>>, name: string): TaskGraphDocument {
  const nodes = readNodes(content.nodes as readonly unknown[], name);
  if ('formatVersion' in content) return { nodes, ...WITHOUT_LIMITS };
  const judged = parseModelJson(text, taskGraphSchema, { characters: text.length });
  if (judged.ok) return judged.value;
  const findings = judged.findings.filter((finding) => !finding.path.startsWith('nodes'));
  if (findings.length > 0) throw new InvalidInputError(name, findings);
  return { ...(content as unknown as TaskGraphDocument), nodes };
}

/** Each task must be one by itself; what is wrong between them is left to the compiler, which says more about it. */
function readNodes(values: readonly unknown[], name: string): readonly TaskNode[] {
  const nodes = values.flatMap((value) => {
    const { success, data } = taskNodeSchema.safeParse(value);
    return success ? [data] : [];
  });
  if (nodes.length === values.length) return nodes;
  return readGraph({ formatVersion: 1, nodes: values }, name);
}

function readGraph(snapshot: unknown, name: string): readonly TaskNode[] {
  const read = parseTaskGraph(snapshot);
  if (read.ok) return read.graph.nodes;
  throw new InvalidInputError(name, read.findings);
}

/** No spec has this key. */
const GRAPH_IN_YAML = /^nodes[ \t]*:/mu;

const WITHOUT_LIMITS = { budgetTotal: Number.MAX_SAFE_INTEGER, timeoutMinutes: Number.MAX_SAFE_INTEGER, qualityThreshold: 0 };

/** Null for what the reader of specs refuses, or takes for YAML. */
async function readText(path: string): Promise<string | null> {
  try {
    // Opening a pipe or a device could wait for ever.
    const found = await stat(path);
    return found.isFile() && found.size <= MOST_BYTES ? await readFile(path, 'utf8') : null;
  } catch {
    return null;
  }
}

function parseMapping(text: string): Readonly<Record<string, unknown>> | null {
  try {
    const value: unknown = JSON.parse(text.replace(/^\ufeff/, ''));
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Readonly<Record<string, unknown>>) : null;
  } catch {
    return null;
  }
}
