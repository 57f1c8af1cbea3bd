import { afterAll, describe, expect, it } from 'vitest';
import { specWithTasks } from '../../test/support/specs.js';
import { MeteredModel } from '../agents/metered-model.js';
import { taskNode } from '../graph/fixtures/arbitrary-graph.js';
import { TemplateLibrary } from '../planning/template-library.js';
import { describePlanner } from '../testing/describe-planner.js';
import { ScriptedModel } from '../testing/scripted-model.js';
import { DefaultPlanner } from './default-planner.js';

const letter = taskNode('letter', [], {
  type: 'design',
  description: 'Write a short letter.',
  estimatedTokens: 4_000,
  writes: ['letter.md'],
  successCriteria: ['It is written.'],
});
const reply = { ...letter, id: 'reply', dependencies: ['letter'], reads: ['letter.md'], writes: ['reply.md'] };

const spec = specWithTasks([], { budgetTotal: 20_000, deliverables: ['reply.md'] });
const createPlanner = () => new DefaultPlanner();

describe('DefaultPlanner with tasks written by hand', () => {
  const createModel = () => new ScriptedModel(() => new Error('Expected nobody to ask.'));
  describePlanner({ describe, it, afterAll }, { createPlanner, createModel, spec: { ...spec, tasks: [letter, reply] } });
});

describe('DefaultPlanner with a scripted model that plans freely', () => {
  const createModel = () => new ScriptedModel(() => JSON.stringify({ tasks: [letter, reply] }));
  describePlanner({ describe, it, afterAll }, { createPlanner, createModel, spec });

  it('says on one line what the model decided, whatever it described', async () => {
    const model = new ScriptedModel(() => JSON.stringify({ tasks: [{ ...letter, description: 'Write\na \u0007letter.' }, reply] }));
    const request = { spec, seed: 1, repair: 0, findings: [], previous: null };
    const context = {
      model: new MeteredModel(model, 20_000, 'planning/0'),
      templates: new TemplateLibrary({}),
      signal: new AbortController().signal,
    };
    expect((await createPlanner().doPlan(request, context)).decidedByModel).toEqual([
      'task letter: Write a ⟨U+0007⟩letter.',
      'task reply: Write a short letter.',
    ]);
  });
});
