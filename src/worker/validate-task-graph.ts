import { InvalidInputError } from '../errors/invalid-input-error.js';
import { KamachiqError } from '../errors/kamachiq-error.js';
import type { CompileContext } from '../graph/compile/compile-context.js';
import { compileTaskGraph } from '../graph/compile/compile-task-graph.js';
import { limitFindings } from '../graph/compile/limit-findings.js';
import { DEFAULT_REMEDIATION_RESERVE } from '../graph/compile/remediation-reserve.js';
import type { GraphFinding } from '../graph/graph-finding.js';
import { applyGraphPatch } from '../graph/run/apply-graph-patch.js';
import { GraphRun } from '../graph/run/graph-run.js';
import { isOpen } from '../graph/run/task-transitions.js';
import type { TaskGraphDocument } from '../graph/task-graph-document.js';
import { findTemplateProblems } from '../planning/find-template-problems.js';
import { parseGraphPatch } from '../spec/parse-graph-patch.js';
import type { RevisionInput, ValidateTaskGraphInput, ValidateTaskGraphResult } from '../workflow/activity-types.js';
import type { ActivityEnvironment } from './activity-environment.js';
import { activityFailure } from './activity-failure.js';
import { withHeartbeat } from './heartbeat.js';
import { findLateTasks, forgiveShortage, isShortage } from './judge-revision.js';

/** The activity `kamachiq.validateTaskGraph`. */
export async function validateTaskGraph(environment: ActivityEnvironment, input: ValidateTaskGraphInput): Promise<ValidateTaskGraphResult> {
  return withHeartbeat(async (_, signal) => {
    try {
      if (input.revision !== undefined) return await judgeRevision(environment, input, input.revision, signal);
      return { findings: await compile(environment, input, input.graph, signal) };
    } catch (error) {
      throw KamachiqError.isInstance(error) ? activityFailure(error, NOTHING_SPENT, signal) : error;
    }
  });
}

async function judgeRevision(
  environment: ActivityEnvironment,
  input: ValidateTaskGraphInput,
  revision: RevisionInput,
  signal: AbortSignal,
): Promise<ValidateTaskGraphResult> {
  const { graph } = input;
  const parsed = parseGraphPatch(revision.patch);
  if (!parsed.ok) throw new InvalidInputError('the change of the plan', parsed.findings);
  const { patch } = parsed;
  const run = new GraphRun(graph, { snapshot: revision.run });
  const known = new Set(graph.nodes.map(({ id }) => id));
  const hasBegun = (id: string) => known.has(id) && !isOpen(run.state(id));
  const outputsOf = (id: string) => (known.has(id) ? run.outputs(id) : undefined);
  const begun = { hasBegun, outputsOf };
  const { nodes, findings: refused } = applyGraphPatch(graph.nodes, patch, (id) => run.state(id));
  const revised = { ...graph, nodes };
  const compiled = await compile(environment, input, revised, signal, begun);
  // What was short before is no fault of a change that makes it no shorter.
  const before = compiled.some(isShortage) ? await compile(environment, input, graph, signal, begun) : [];
  const findings = limitFindings([...refused, ...compiled.map((finding) => forgiveShortage(finding, before))]);
  if (hasError(findings)) return { findings };
  const late = findLateTasks(run.continueWith(revised), patch);
  if (late.length > 0) return { findings: limitFindings([...findings, ...late]) };
  return { findings, revised: { patch, plan: await storeRevision(environment, revision, revised) } };
}

const hasError = (findings: readonly GraphFinding[]) => findings.some(({ severity }) => severity === 'error');

const NOTHING_SPENT = { tokensSpent: 0, record: null };

async function compile(
  { templates, personas, rules }: ActivityEnvironment,
  { availableTokens, remediationReserve = DEFAULT_REMEDIATION_RESERVE }: ValidateTaskGraphInput,
  graph: TaskGraphDocument,
  signal: AbortSignal,
  begun: Pick<CompileContext, 'hasBegun' | 'outputsOf'> = {},
) {
  const { findings } = compileTaskGraph(
    { ...graph, budgetTotal: availableTokens },
    {
      findTemplateProblems: (task) => findTemplateProblems(templates, task),
      hasPersona: (name) => personas.some((persona) => persona.name === name),
      remediationReserve,
      rules: rules === undefined ? [] : await rules.doLoadRules(signal),
      ...begun,
    },
  );
  return findings;
}

async function storeRevision({ store }: ActivityEnvironment, { plan }: RevisionInput, { nodes }: TaskGraphDocument) {
  const { spec, ...rest } = await store.getPlan(plan);
  return store.putPlan({ ...rest, spec, writes: nodes.flatMap(({ writes }) => writes), nodes });
}
