import { fileURLToPath } from 'node:url';
import { pythonTaskTemplates } from '@kamachiq/python';
import { TemplateLibrary } from 'kamachiq';
import { FilesystemObservationStore } from 'kamachiq/worker';
import { describe, expect, it } from 'vitest';
import { recordedTasks } from './recorded-tasks.js';

const ROUNDS = 3;
const templates = new TemplateLibrary({ tasks: pythonTaskTemplates });
const journals = new FilesystemObservationStore(fileURLToPath(new URL('journals/observations', import.meta.url)));

describe('recordedTasks', () => {
  it('can be carried out, each under an id of its own', async () => {
    const tasks = await recordedTasks(ROUNDS);
    expect(new Set(tasks.map(({ projectId }) => projectId)).size).toBe(tasks.length);
    for (const { node } of tasks) expect(templates.find(node.template)?.findInputProblems(node.inputs)).toEqual([]);
  });

  it('has every task of the journals, and shows the model other examples in another round', async () => {
    const byId = new Map((await recordedTasks(ROUNDS)).map((task) => [task.projectId, task]));
    let recorded = 0;
    for (const template of ['python-function/1', 'free-form/1']) {
      for (const { projectId, heldTokens } of await journals.doRead({ template, limit: 100_000 })) {
        expect(byId.get(projectId)?.node.estimatedTokens).toBe(heldTokens);
        recorded += 1;
      }
    }
    expect(recorded).toBeGreaterThanOrEqual(300);
    const prompt = (id: string) => {
      const { node } = byId.get(id)!;
      const template = templates.find(node.template)!;
      if (template.kind !== 'sampled') throw new Error('Expected a sampled template.');
      const { description, inputs, writes, successCriteria } = node;
      return template.prompt({ description, inputs, outputs: [], successCriteria, writes, instructions: '', feedback: [], files: [] }, null)
        .messages[0]?.text;
    };
    expect(prompt('recorded-0-implement-add')).toContain('add(2, 3) returns 5');
    expect(prompt('recorded-1-implement-add')).not.toContain('add(2, 3) returns 5');
  });
});
