import { Criterion, type Planner, type QualityInstrument, type RenderedTaskTemplate, type Sandbox } from 'kamachiq';
import { ScriptedModel } from 'kamachiq/testing';
import { FilesystemArtifactStore, type KamachiqPorts } from 'kamachiq/worker';
import { graphOf, PLAIN_FILE } from './orchestration-tasks.js';

/** Knows the plan of each project from its context. */
const readyPlanner: Planner = {
  specificationVersion: 1,
  id: 'ready/1',
  doPlan: async ({ spec }) => ({ graph: graphOf(spec), functions: [], projectTemplate: null, madeBy: 'the benchmark', decidedByModel: [] }),
};

/** Writes a file of as many characters as its inputs say, of a line where they say nothing: no model, no check. */
const plainFile: RenderedTaskTemplate = {
  kind: 'rendered',
  name: PLAIN_FILE,
  version: '1',
  language: 'text',
  findInputProblems: () => [],
  checks: () => [],
  render: ({ writes, inputs: { characters = 10 } }) => writes.map((path) => ({ path, text: 'x'.repeat(Number(characters)) })),
};

/** Runs nothing: no task of a benchmark has checks. */
const idleSandbox: Sandbox = {
  specificationVersion: 1,
  id: 'idle/1',
  languages: ['text'],
  doRun: async () => {
    throw new Error('No task of the benchmark is executed.');
  },
};

/** Content with everything, so that no model is asked. */
const contented = Object.values(Criterion).map(
  (criterion): QualityInstrument => ({
    specificationVersion: 1,
    id: 'contented/1',
    criterion,
    doMeasure: async () => ({ score: 1, evidence: [] }),
  }),
);

/** Ports where nothing but the store takes time: real activities, real files, agents that render a line. */
export const noOpPorts = (folder: string): KamachiqPorts => ({
  model: new ScriptedModel(() => ''),
  sandbox: idleSandbox,
  artifacts: new FilesystemArtifactStore(folder),
  planner: readyPlanner,
  taskTemplates: [plainFile],
  instruments: contented,
});
