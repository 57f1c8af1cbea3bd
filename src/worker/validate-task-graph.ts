import type { InputFinding } from '../errors/input-finding.js';
import { KamachiqError } from '../errors/kamachiq-error.js';
import type { CompileContext } from '../graph/compile/compile-context.js';
import { compileGraphPatch } from '../graph/compile/compile-graph-patch.js';
import { compileTaskGraph } from '../graph/compile/compile-task-graph.js';
import { limitFindings } from '../graph/compile/limit-findings.js';
import { DEFAULT_REMEDIATION_RESERVE } from '../graph/compile/remediation-reserve.js';
import { finding, type GraphFinding } from '../graph/graph-finding.js';
import { GraphRun } from '../graph/run/graph-run.js';
import { findTemplateProblems } from '../planning/find-template-problems.js';
import { canonicalJson } from '../ports/canonical-json.js';
import type { JsonValue } from '../ports/json-value.js';
import type { CancellationSignal } from '../ports/language-model.js';
import { parseGraphPatch } from '../spec/parse-graph-patch.js';
import type { RevisionInput, ValidateTaskGraphInput, ValidateTaskGraphResult } from '../workflow/activity-types.js';
import type { ActivityEnvironment } from './activity-environment.js';
import { activityFailure } from './activity-failure.js';
import { firstHolds } from './first-holds.js';
import { withHeartbeat } from './heartbeat.js';
import { wholeGraph } from './whole-graph.js';

/** The activity `kamachiq.validateTaskGraph`. */
export async function validateTaskGraph(environment: ActivityEnvironment, input: ValidateTaskGraphInput): Promise<ValidateTaskGraphResult> {
  return withHeartbeat(async (_, signal) => {
    try {
      const context = await contextOf(environment, input, signal);
      if (input.revision !== undefined) return await judgeRevision(environment, input, input.revision, context);
      const graph = await wholeGraph(environment.store, input.graph, input.plan);
      const { findings } = compileTaskGraph({ ...graph, budgetTotal: input.availableTokens }, context);
      return { findings };
    } catch (error) {
      throw KamachiqError.isInstance(error) ? activityFailure(error, NOTHING_SPENT, signal) : error;
    }
  });
}

async function judgeRevision(
  environment: ActivityEnvironment,
  { graph, availableTokens }: ValidateTaskGraphInput,
  revision: RevisionInput,
  context: CompileContext,
): Promise<ValidateTaskGraphResult> {
  const parsed = parseGraphPatch(revision.patch);
  if (!parsed.ok) return { findings: limitFindings(parsed.findings.map(asGraphFinding)) };
  const { patch } = parsed;
  const { store } = environment;
  const stored = await store.getPlan(revision.plan);
  const run = new GraphRun(stored, { snapshot: revision.run });
  const compiled = compileGraphPatch({ ...graph, budgetTotal: availableTokens }, patch, run, context);
  if (!compiled.ok) return { findings: compiled.findings };
  const plan = await store.putPlan({ ...stored, nodes: compiled.graph.nodes });
  const isWhole = asText(patch) === asText(revision.patch);
  const held = await firstHolds(environment, [...(patch.add ?? []), ...(patch.replace ?? [])]);
  return { findings: compiled.findings, revised: { plan, ...(isWhole ? {} : { patch }), ...held } };
}

/** Whoever asked past our client learns it in the same way as everything else that is wrong with a change. */
const asGraphFinding = ({ path, expected, got }: InputFinding): GraphFinding =>
  finding('graph.malformed', [], `Expected ${expected}, got ${got}.`, [path], 'Send a patch that graphPatchSchema accepts.');

const asText = (patch: object) => canonicalJson(patch as JsonValue);

const contextOf = async (
  { templates, personas, rules }: ActivityEnvironment,
  { remediationReserve = DEFAULT_REMEDIATION_RESERVE, boundBy, reviewShare = 0 }: ValidateTaskGraphInput,
  signal: CancellationSignal,
): Promise<CompileContext> => ({
  findTemplateProblems: (task) => findTemplateProblems(templates, task),
  hasPersona: (name) => personas.some((persona) => persona.name === name),
  remediationReserve,
  ...(boundBy === undefined ? {} : { boundBy }),
  reviewShare,
  rules: rules === undefined ? [] : await rules.doLoadRules(signal),
});

const NOTHING_SPENT = { tokensSpent: 0, record: null };
