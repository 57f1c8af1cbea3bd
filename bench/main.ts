/**
 * `npm run bench -- NAME [--json]`: measures, and ends with exit code 1 where a target does not hold. With `--json` the last line of standard output is
 * `{"bench": NAME, "targets": [{"name", "value", "target", "holds"}]}`, with `comparisons` where others were measured beside us.
 */
import type { Benchmark } from './benchmark.js';
import { renderTable } from './render-table.js';

const BENCHMARKS = new Map<string, () => Promise<Benchmark>>([
  ['graph', async () => (await import('./graph-benchmark.js')).measureGraph],
  ['scheduler', async () => (await import('./scheduler-benchmark.js')).measureScheduler],
  ['budget', async () => (await import('./budget-benchmark.js')).measureBudget],
  ['estimate', async () => (await import('./estimate-benchmark.js')).measureEstimate],
  ['pool', async () => (await import('./pool-benchmark.js')).measurePool],
  ['orchestration', async () => (await import('./orchestration-benchmark.js')).measureOrchestration],
  ['orchestration-peers', async () => (await import('./orchestration-benchmark.js')).measureOrchestrationPeers],
]);

const words = process.argv.slice(2);
const names = words.filter((word) => !word.startsWith('-'));
const unknownOption = words.find((word) => word.startsWith('-') && word !== '--json');
const load = names.length === 1 ? BENCHMARKS.get(names[0]!) : undefined;
if (load === undefined || unknownOption !== undefined) {
  process.stderr.write(`Usage: npm run bench -- NAME [--json]\nBenchmarks: ${[...BENCHMARKS.keys()].join(', ')}\n`);
  process.exitCode = 2;
} else {
  const measure = await load();
  const { tables, targets, comparisons } = await measure((line) => process.stderr.write(`${line}\n`));
  const verdicts = targets.map(({ name, value, target, holds }) => [name, value.toPrecision(4), target, holds ? 'holds' : 'DOES NOT HOLD']);
  const verdictTable = { title: 'Targets', rows: [['target', 'measured', 'promised', ''], ...verdicts] };
  for (const table of targets.length === 0 ? tables : [...tables, verdictTable]) console.log(renderTable(table));
  if (words.includes('--json')) console.log(JSON.stringify({ bench: names[0], targets, comparisons }));
  process.exitCode = targets.every(({ holds }) => holds) ? 0 : 1;
}
