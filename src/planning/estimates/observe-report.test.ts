import { pythonTaskTemplates } from '@kamachiq/python';
import { describe, expect, it } from 'vitest';
import { calculatorReport } from '../../report/fixtures/calculator-report.js';
import { failedReport } from '../../report/fixtures/failed-report.js';
import type { ProjectReport } from '../../report/project-report.js';
import { attemptKey } from '../../workflow/attempt-key.js';
import { TemplateLibrary } from '../template-library.js';
import { observeReport } from './observe-report.js';
import { outlineTask } from './outline-task.js';
import { readObservation } from './task-observation.js';

const templates = new TemplateLibrary({ tasks: pythonTaskTemplates });

describe('observeReport', () => {
  const observations = observeReport(calculatorReport, templates);

  it('tells of every task that ended what it took, by template, persona and model', () => {
    const known = calculatorReport.tasks.filter(({ node }) => templates.find(node.template) !== null);
    expect(known.length).toBeGreaterThan(3);
    expect(observations.map(({ taskId }) => taskId)).toEqual(known.map(({ node }) => node.id));
    for (const observation of observations) {
      const task = calculatorReport.tasks.find(({ node }) => node.id === observation.taskId)!;
      expect(observation).toMatchObject({
        projectId: calculatorReport.projectId,
        tokens: task.tokensSpent,
        candidates: task.attempts.reduce((sum, { candidates }) => sum + candidates, 0),
        attempts: task.attempts.length,
        workingMilliseconds: Date.parse(task.finishedAt!) - Date.parse(task.startedAt!),
        heldTokens: Math.max(...task.attempts.map(({ tokensHeld }) => tokensHeld)),
        persona: task.persona,
      });
      expect(readObservation(JSON.parse(JSON.stringify(observation)))).toEqual(observation);
    }
    const worked = observations.filter(({ model }) => model !== 'none');
    expect(worked.length).toBeGreaterThan(0);
    for (const { candidateTokens, candidates } of worked) expect(candidateTokens).toHaveLength(candidates);
  });

  it('outlines a task before it runs as it is observed afterwards', () => {
    for (const { node } of calculatorReport.tasks) {
      const observation = observations.find(({ taskId }) => taskId === node.id);
      if (observation === undefined) continue;
      const { template, model, characters } = observation;
      expect(outlineTask(node, templates, [], model)).toMatchObject({ template, model, characters, plannedTokens: node.estimatedTokens });
    }
  });

  it('learns from what failed, and nothing from what never began or still waits', () => {
    const learnt = observeReport(failedReport, templates);
    const ended = failedReport.tasks.filter(
      ({ node, state }) => templates.find(node.template) !== null && (state === 'succeeded' || state === 'failed'),
    );
    expect(learnt.map(({ taskId }) => taskId)).toEqual(ended.map(({ node }) => node.id));
    expect(learnt.find(({ taskId }) => taskId === 'function-divide')).toMatchObject({ succeeded: false });
  });

  it('counts what a call cost, of reviews too, and takes no call of another task for its own', () => {
    const task = calculatorReport.tasks.find(({ node }) => observations.some(({ taskId, model }) => taskId === node.id && model !== 'none'))!;
    const [call] = calculatorReport.modelCalls;
    const id = 'a/0/1';
    const report: Pick<ProjectReport, 'projectId' | 'tasks' | 'modelCalls'> = {
      projectId: '__proto__',
      tasks: [{ ...task, node: { ...task.node, id } }],
      modelCalls: [
        { ...call!, key: `${id}/0/1/0`, inputTokens: 100, outputTokens: 20, microDollars: 7 },
        { ...call!, key: `${id}/0/1/1`, inputTokens: 0, outputTokens: 0 },
        { ...call!, key: `${id}/review/0`, inputTokens: 500, outputTokens: 20, microDollars: 11 },
        { ...call!, key: 'a/0/1/0', inputTokens: 900, outputTokens: 20, microDollars: 1_000 },
        { ...call!, key: 'planning/0/0', inputTokens: 900, outputTokens: 20, microDollars: 1_000 },
      ],
    };
    expect(observeReport(report, templates)).toMatchObject([{ projectId: '__proto__', taskId: id, microDollars: 18, candidateTokens: [120] }]);
    expect(observeReport({ ...report, modelCalls: [] }, templates)).toEqual([]);
  });

  it('counts the calls of every start of a task', () => {
    const task = calculatorReport.tasks.find(({ node }) => observations.some(({ taskId, model }) => taskId === node.id && model !== 'none'))!;
    const [call] = calculatorReport.modelCalls;
    const { id } = task.node;
    const calls = [attemptKey(id, 1, 0, 1), attemptKey(id, 2, 0, 1), attemptKey(id, 13, 2, 4)].map((key, index) => ({
      ...call!,
      key: `${key}/${index}`,
      inputTokens: 100 + index,
      outputTokens: 20,
    }));
    const taught = (modelCalls: typeof calls) => observeReport({ projectId: 'p', tasks: [task], modelCalls }, templates);
    expect(taught(calls)).toMatchObject([{ taskId: id, candidateTokens: [120, 121, 122] }]);
    expect(taught(calls.slice(1))).toMatchObject([{ taskId: id, candidateTokens: [121, 122] }]);
  });
});

describe('readObservation', () => {
  it('refuses what is none, and leaves out what does not belong', () => {
    const [sound] = observeReport(calculatorReport, templates);
    for (const wrong of [null, 7, 'text', [], {}, { ...sound, tokens: -1 }, { ...sound, tokens: 1.5 }, { ...sound, candidateTokens: 'many' }]) {
      expect(readObservation(wrong)).toBeNull();
    }
    expect(readObservation({ ...sound, candidateTokens: new Array(65).fill(1) })).toBeNull();
    expect(readObservation({ ...sound, taskId: 'x'.repeat(1_001) })).toBeNull();
    expect(readObservation({ ...sound, beside: 'this' })).toEqual(sound);
  });
});
