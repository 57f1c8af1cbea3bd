import { describe, expect, it } from 'vitest';
import { TaskType } from '../graph/task-node.js';
import { choosePersona, DEFAULT_PERSONAS, type Persona } from './persona.js';

const poet: Persona = { name: 'poet', types: ['design'], instructions: 'You write verse.' };

describe('choosePersona', () => {
  it('has a default for every type of task', () => {
    for (const type of Object.values(TaskType)) expect(choosePersona(DEFAULT_PERSONAS, { type })?.types).toEqual([type]);
  });

  it('takes the first that fits, or the one that the task names whatever its types', () => {
    const personas = [poet, ...DEFAULT_PERSONAS];
    expect(choosePersona(personas, { type: 'design' })).toBe(poet);
    expect(choosePersona(personas, { type: 'code' })?.name).toBe('developer');
    expect(choosePersona(personas, { type: 'code', persona: 'poet' })).toBe(poet);
  });

  it('chooses among those that it is given and no others', () => {
    expect(choosePersona([poet], { type: 'code' })).toBeNull();
    expect(choosePersona([poet], { type: 'code', persona: 'developer' })).toBeNull();
    expect(choosePersona([], { type: 'design' })).toBeNull();
  });
});
