import { compileTaskGraph } from 'kamachiq';
import { atMost, type Benchmark } from './benchmark.js';
import { flawedPlans } from './flawed-plans.js';
import { measureRounds } from './measure-rounds.js';
import { millisecondsSince } from './milliseconds-since.js';
import { plentifulContext, soundPlan } from './sound-plan.js';

const SIZE = 10_000;
const SEED = 1;
const ROUNDS = 9;
const MOST_MILLISECONDS = 100;

/** All findings on a sound plan and on plans with each kind of flaw. */
export const measureFindings: Benchmark = async (progress) => {
  progress(`all findings on ${SIZE} tasks, ${ROUNDS} rounds`);
  const sound = { code: 'a sound plan', document: soundPlan(SIZE, SEED), context: plentifulContext(SIZE) };
  const start = process.hrtime.bigint();
  compileTaskGraph(sound.document, sound.context);
  const first = millisecondsSince(start);
  const plans = [sound, ...flawedPlans(SIZE, SEED)];
  const contenders = plans.map(({ code, document, context }) => ({ name: code, run: () => compileTaskGraph(document, context) }));
  for (const { code, document, context } of plans) {
    const codes = new Set<string>(compileTaskGraph(document, context).findings.map((finding) => finding.code));
    if (plans[0]!.code === code ? codes.size > 0 : !codes.has(code)) throw new Error(`Expected ${code}, got ${[...codes].join(', ') || 'nothing'}.`);
  }
  // As in a host that goes on working. After a full collection, which gives memory back, and in a first call, it takes longer: both are shown.
  const times = measureRounds(contenders, { rounds: ROUNDS, repetitions: 1, collects: false });
  const collected = measureRounds(contenders.slice(0, 1), { rounds: ROUNDS, repetitions: 1 });
  const rows = [
    ['a sound plan, first call', first.toFixed(1)],
    ['a sound plan, after a full collection', collected.median(sound.code).toFixed(1)],
  ];
  const medians = plans.map(({ code }) => [code, times.median(code).toFixed(1)]);
  const slowest = plans.reduce((worst, { code }) => (times.median(code) > times.median(worst) ? code : worst), sound.code as string);
  return {
    tables: [{ title: `All findings on ${SIZE} tasks`, rows: [['planted in 20 places', 'ms'], ...rows, ...medians] }],
    targets: [
      atMost(`findings ${SIZE}: milliseconds for a sound plan`, times.median(sound.code), MOST_MILLISECONDS),
      atMost(`findings ${SIZE}: milliseconds for the slowest plan (${slowest})`, times.median(slowest), MOST_MILLISECONDS),
    ],
  };
};
