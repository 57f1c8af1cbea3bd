import type { EvaluateQualityResult, FinalizeProjectResult, RegisteredActivities, SpawnAgentResult } from 'kamachiq/workflow';
import { graphOf } from './orchestration-tasks.js';

/** A reference to a content that nobody stored, as large as one to what was. */
const reference = (digit: string) => ({ sha256: digit.repeat(64), bytes: 1_234, mediaType: 'application/json' });

const spawned: SpawnAgentResult = {
  passed: true,
  manifest: reference('a'),
  candidates: 1,
  problems: [],
  tokensSpent: 100,
  record: reference('b'),
};

const evaluated: EvaluateQualityResult = {
  verdict: {
    decision: 'approve',
    score: 1,
    threshold: 0.8,
    criteria: [
      {
        criterion: 'completeness',
        score: 1,
        evidence: ['1 of 1 files that were to be written are there'],
        measuredBy: 'deliverables/1',
      },
    ],
    failedChecks: [],
    feedback: [],
  },
  unscored: [],
  checks: [],
  tokensSpent: 0,
  manifest: reference('c'),
  record: reference('d'),
};

const finalized: FinalizeProjectResult = {
  report: { json: reference('e'), markdown: reference('f'), html: reference('0') },
  files: [],
  manifest: reference('1'),
  makespanMilliseconds: 1,
  lowerBoundMilliseconds: 1,
};

/** What plans, works, reviews and reports: each answers at once that all went well, as large as a real answer is. The rest is as it is. */
export const NO_OP_ACTIVITIES: Partial<RegisteredActivities> = {
  'kamachiq.decomposeProject': async ({ spec }) => ({
    graph: graphOf(spec),
    plan: reference('2'),
    madeBy: 'the benchmark',
    decidedByModel: [],
    tokensSpent: 0,
    record: reference('3'),
  }),
  'kamachiq.validateTaskGraph': async () => ({ findings: [] }),
  'kamachiq.spawnAgent': async () => spawned,
  'kamachiq.evaluateQuality': async ({ account }) => (account === undefined ? evaluated : { ...evaluated, account: reference('4') }),
  'kamachiq.finalizeProject': async () => finalized,
  'kamachiq.finalizeFromParts': async () => finalized,
  'kamachiq.finalizeFromArchives': async () => finalized,
};

/** What two of them answer, in one: what a merged activity would. */
export const spawnAndEvaluate = async () => ({ ...spawned, verdict: evaluated.verdict });
