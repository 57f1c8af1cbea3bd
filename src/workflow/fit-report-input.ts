import { jsonBytes } from '../ports/json-bytes.js';
import { cutToBytes } from '../report/cut-to-bytes.js';
import { fitChecks } from '../report/fit-checks.js';
import { fitTaskRecords } from '../report/fit-task-records.js';
import type { FinalizeProjectInput, PlanRevision } from './activity-types.js';

/** Bytes of the sentence that says what is missing. */
const SENTENCE_BYTES = 600;

/** Bytes of one line where space is short. */
const LINE_BYTES = 160;

/** Bytes that the checks of the whole project keep where everything else takes more than there is. */
const CHECK_BYTES = 20_000;

/** Lines of a plan's findings and decisions that are kept where space is short. */
const PLAN_LINES = 20;

/** A reference to a record takes no fewer bytes. */
const LEAST_RECORD_BYTES = 100;

/** One way to make the report's input lighter, and what a reader is told of it. */
interface Step {
  /** null where the report shows nothing of it, or says itself what is missing. */
  readonly cuts: string | null;
  readonly lighten: (input: FinalizeProjectInput, tooMuch: number) => FinalizeProjectInput;
}

/** In this order, until the input fits: what costs a reader least comes first. The last step alone makes any input fit. */
const STEPS: readonly Step[] = [
  {
    cuts: null,
    lighten: ({ spec, tasks, plan, ...input }) => ({
      ...input,
      plan: plan?.revisions === undefined ? plan : { ...plan, revisions: plan.revisions.slice(-PLAN_LINES).map(cutRevision) },
      spec: { ...spec, context: '', language: '', packageName: '', functions: [], acceptance: [], tasks: [] },
      tasks: tasks.map((task) => ({ ...task, records: [] })),
    }),
  },
  {
    cuts: 'checks of the whole project',
    lighten: (input, tooMuch) => ({ ...input, checks: fitChecks(input.checks, Math.max(CHECK_BYTES, jsonBytes(input.checks) - tooMuch)) }),
  },
  { cuts: null, lighten: (input, tooMuch) => ({ ...input, tasks: fitTaskRecords(input.tasks, jsonBytes(input.tasks) - tooMuch) }) },
  {
    cuts: 'evidence of the verdict and lines on the plan',
    lighten: ({ plan, verdict, ...input }) => ({
      ...input,
      plan: plan && {
        ...plan,
        decidedByModel: cutLines(plan.decidedByModel),
        findings: plan.findings.slice(0, PLAN_LINES).map((finding) => ({
          ...finding,
          message: cutToBytes(finding.message, LINE_BYTES),
          suggestion: cutToBytes(finding.suggestion, LINE_BYTES),
          taskIds: finding.taskIds.slice(0, PLAN_LINES),
          witness: finding.witness.slice(0, PLAN_LINES),
        })),
      },
      verdict: verdict && {
        ...verdict,
        criteria: verdict.criteria.map((scored) => ({ ...scored, evidence: cutLines(scored.evidence.slice(0, 1)) })),
        failedChecks: cutLines(verdict.failedChecks),
        feedback: cutLines(verdict.feedback.slice(0, 1)),
      },
    }),
  },
  {
    cuts: 'inputs, outputs, criteria, reasons and verdicts of tasks',
    lighten: ({ tasks, ...input }) => ({
      ...input,
      tasks: tasks.map(({ node, attempts, reason, outputs: _left, ...task }) => ({
        ...task,
        node: { ...node, description: cutToBytes(node.description, LINE_BYTES), inputs: {}, successCriteria: [] },
        attempts: attempts.slice(-1).map((attempt) => ({ ...attempt, problems: [] })),
        verdict: null,
        reason: reason && cutToBytes(reason, LINE_BYTES),
      })),
    }),
  },
  {
    cuts: 'calls of models',
    lighten: ({ records, ...input }, tooMuch) => ({
      ...input,
      records: records.slice(0, Math.max(0, records.length - Math.ceil(tooMuch / LEAST_RECORD_BYTES))),
    }),
  },
  {
    cuts: 'goals, constraints, the plan, all tasks and checks',
    lighten: ({ spec, reason, verdict, tasks, ...input }) => ({
      ...input,
      // The files of the project are its result: no report is too large for them.
      manifests: tasks.flatMap(({ state, manifest }) => (state === 'succeeded' && manifest !== null ? [manifest] : [])),
      spec: { ...spec, name: cutToBytes(spec.name, LINE_BYTES), goals: [], constraints: [] },
      reason: cutToBytes(reason, 4 * LINE_BYTES),
      plan: null,
      tasks: [],
      verdict: verdict && { ...verdict, criteria: [], failedChecks: [], feedback: [] },
      checks: [],
      records: [],
    }),
  },
];

/**
 * Makes the input of the report as light as it must be to be carried: detail goes step by step, and the reason says which.
 *
 * @param bytes - What the input may take as JSON.
 * @returns The input as it is where it fits.
 */
export function fitReportInput(input: FinalizeProjectInput, bytes: number): FinalizeProjectInput {
  let fitted = input;
  const cut: string[] = [];
  for (const { cuts, lighten } of STEPS) {
    const tooMuch = jsonBytes(fitted) + SENTENCE_BYTES - bytes;
    if (tooMuch <= (cut.length === 0 ? SENTENCE_BYTES : 0)) break;
    fitted = lighten(fitted, tooMuch);
    if (cuts !== null) cut.push(cuts);
  }
  if (cut.length === 0) return fitted;
  return { ...fitted, reason: `${fitted.reason} The project is too large to report all of it; shortened or left out: ${cut.join('; ')}.` };
}

const cutRevision = ({ reason, added, replaced, dropped, ...revision }: PlanRevision): PlanRevision => ({
  ...revision,
  reason: cutToBytes(reason, LINE_BYTES),
  added: cutIds(added),
  replaced: cutIds(replaced),
  dropped: cutIds(dropped),
});

const cutIds = (ids: readonly string[]) => [...cutLines(ids), ...(ids.length > PLAN_LINES ? [`and ${ids.length - PLAN_LINES} more`] : [])];

const cutLines = (lines: readonly string[]) => lines.slice(0, PLAN_LINES).map((line) => cutToBytes(line, LINE_BYTES));
