import { TemplateLibrary } from 'kamachiq';
import { describePlanner, ScriptedModel } from 'kamachiq/testing';
import { DefaultPlanner } from 'kamachiq/worker';
import { afterAll, describe, it } from 'vitest';
import { pythonProjects } from '../src/index.js';
import { spec } from './projects.js';

const { taskTemplates: tasks, projectTemplates: projects } = pythonProjects();
const contract = { createPlanner: () => new DefaultPlanner(), templates: new TemplateLibrary({ tasks, projects }) };
const unlisted = { ...spec, functions: [] };

const share = {
  name: 'share',
  sentence: 'Return the part as a share of the whole.',
  parameters: [
    { name: 'part', type: 'float' },
    { name: 'whole', type: 'float' },
  ],
  returns: 'float',
};

describe('DefaultPlanner with functions that the Python template cuts', () => {
  const createModel = () => new ScriptedModel(() => new Error('Expected nobody to ask.'));
  describePlanner({ describe, it, afterAll }, { ...contract, createModel, spec });
});

describe('DefaultPlanner with a scripted model that describes the function of an acceptance check', () => {
  const createModel = () => new ScriptedModel(() => JSON.stringify({ functions: [share] }));
  describePlanner({ describe, it, afterAll }, { ...contract, createModel, spec: unlisted });
});

describe('DefaultPlanner with a scripted model that proposes functions', () => {
  const twice = { ...share, name: 'twice', sentence: 'Return the double of a part of the whole.' };
  const createModel = () => new ScriptedModel(() => JSON.stringify({ functions: [share, twice] }));
  describePlanner({ describe, it, afterAll }, { ...contract, createModel, spec: { ...unlisted, acceptance: [] } });
});
