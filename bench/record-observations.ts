/**
 * Records what real attempts at real tasks cost, for the benchmark `estimate`: the embedded model, a sandbox of the system's own Python, every check.
 * Goes on where it stopped: `KAMACHIQ_MODEL_FILE=… node --import ./bench/resolve-sources.mjs bench/record-observations.ts [ROUNDS]`.
 */
import { fileURLToPath } from 'node:url';
import { localModel } from '@kamachiq/local-model';
import { pythonTaskTemplates } from '@kamachiq/python';
import { bubblewrapSandbox } from '@kamachiq/sandbox';
import {
  type AttemptReport,
  choosePersona,
  DEFAULT_PERSONAS,
  MeteredModel,
  type ModelCallRecord,
  observeReport,
  type ProjectReport,
  TemplateLibrary,
  VerifiedSamplingRunner,
} from 'kamachiq';
import { FilesystemObservationStore } from 'kamachiq/worker';
import { type RecordedTask, recordedTasks } from './recorded-tasks.js';

const ATTEMPTS = 2;

const templates = new TemplateLibrary({ tasks: pythonTaskTemplates });
const runner = new VerifiedSamplingRunner();
const model = await localModel({ modelFile: process.env.KAMACHIQ_MODEL_FILE ?? '', parallelSequences: 1 });
const sandbox = bubblewrapSandbox({ concurrency: 1 });
const store = new FilesystemObservationStore(fileURLToPath(new URL('journals/observations', import.meta.url)));

async function carryOut({ projectId, node, aims, seed }: RecordedTask): Promise<Pick<ProjectReport, 'projectId' | 'tasks' | 'modelCalls'>> {
  const template = templates.find(node.template)!;
  const persona = choosePersona(DEFAULT_PERSONAS, node)!;
  const attempts: AttemptReport[] = [];
  const modelCalls: ModelCallRecord[] = [];
  let feedback: readonly string[] = [];
  const startedAt = new Date().toISOString();
  while (attempts.length < ATTEMPTS && attempts.at(-1)?.outcome !== 'passed') {
    const attempt = attempts.length + 1;
    const metered = new MeteredModel(model, node.estimatedTokens, `${node.id}/0/${attempt}`);
    const instructions = `${persona.instructions}\n\n${aims}`;
    const request = { projectId, task: node, template, instructions, attempt, remediation: 0, feedback, files: [], seed };
    const context = { model: metered, meter: metered.meter, sandbox, signal: new AbortController().signal, onProgress: () => undefined };
    const { passed, candidates, problems } = await runner.doRun(request, context);
    const spent = { tokensHeld: node.estimatedTokens, tokensSpent: metered.spent };
    attempts.push({ attempt, remediation: 0, outcome: passed ? 'passed' : 'failed', candidates, ...spent, problems });
    modelCalls.push(...metered.records);
    feedback = problems.slice(-3);
  }
  const state = attempts.at(-1)?.outcome === 'passed' ? 'succeeded' : 'failed';
  const tokensSpent = attempts.reduce((sum, attempt) => sum + attempt.tokensSpent, 0);
  const ended = { startedAt, finishedAt: new Date().toISOString(), tokensSpent, attempts };
  return { projectId, tasks: [{ node, state, persona: persona.name, ...ended, verdict: null, files: [] }], modelCalls };
}

const known = new Set<string>();
for (const template of ['python-function/1', 'free-form/1']) {
  for (const { projectId } of await store.doRead({ template, limit: 100_000 })) known.add(projectId);
}
for (const task of await recordedTasks(Number(process.argv[2] ?? 3))) {
  if (known.has(task.projectId)) continue;
  const observations = observeReport(await carryOut(task), templates);
  await store.doAppend(task.projectId, observations);
  for (const { tokens, candidates, succeeded } of observations) {
    process.stdout.write(`${task.projectId}: ${tokens} tokens, ${candidates} candidates, ${succeeded ? 'succeeded' : 'failed'}\n`);
  }
}
await model.doClose();
await sandbox.doClose?.();
