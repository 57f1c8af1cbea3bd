import type { LiveProject } from 'kamachiq/client';
import { describe, expect, it } from 'vitest';
import { describeDegradations, drawControl } from './draw-control.js';
import { NO_COLOURS } from './live-view.js';

type Control = NonNullable<LiveProject['control']>;

const control: Control = {
  pausedAt: null,
  waitsForBudgetSince: null,
  thresholds: [],
  degradations: [],
  untold: 0,
  orders: [],
  maximumSlots: 10,
  money: { total: null, held: 0, spent: 0 },
};
const project = (rest: Partial<Control> = {}, finishedAt: number | null = null) =>
  ({
    projectId: 'p',
    startedAt: 1_000,
    finishedAt,
    slots: 3,
    tasks: [{ state: 'running' }, { state: 'running' }, { state: 'ready' }],
    control: { ...control, ...rest },
  }) as unknown as LiveProject;
const draw = (live: LiveProject, width = 100) => drawControl(live, 61_000, width, NO_COLOURS);
const AT_WORK = '2 agents at work, 3 at most, up to 10 by set-concurrency';
const order = (kind: Control['orders'][number]['kind'], reason: string) => ({ order: 1, kind, reason, effect: 'Done.', takenAt: 0 });
const less = (words: string, taskId: string | null = null) => ({ at: 5, step: 'fewer-candidates' as const, taskId, words });

describe('drawControl', () => {
  it('shows how many are at work and how many may be, which may be fewer', () => {
    expect(draw(project())).toEqual([AT_WORK]);
    expect(draw({ ...project(), slots: 1 })).toEqual(['2 agents at work, 1 at most, up to 10 by set-concurrency']);
  });

  it('counts nobody as at work who waits for tokens', () => {
    const tasks = [{ state: 'running' }, { state: 'running', waitsForTokens: true }] as unknown as LiveProject['tasks'];
    expect(draw({ ...project(), tasks })).toEqual(['1 agent at work, 1 waits for tokens, 3 at most, up to 10 by set-concurrency']);
  });

  it('shows the latest five orders, each with what it came to and why, also of an ended project', () => {
    const orders = Array.from({ length: 7 }, (_, index) => ({
      order: index + 1,
      kind: 'cancel-task' as const,
      taskId: `task-${index}`,
      reason: `Nobody needs it\u001b[31m ${index}.`,
      effect: 'It is cancelled.',
      takenAt: 3_000 + index,
    }));
    const lines = draw(project({ orders }, 9_000));
    expect(lines[0]).toBe('2 earlier orders, see the report');
    expect(lines.slice(1)).toEqual(
      [2, 3, 4, 5, 6].map(
        (index) => `order ${index + 1} after 2.0s, cancel-task task-${index}: It is cancelled, because: Nobody needs it [31m ${index}.`,
      ),
    );
  });

  it('shows a pause with the reason for it', () => {
    const orders = [order('pause', 'Earlier.'), order('resume', 'Go on.'), order('pause', 'The model\u001b[31m is dear.')];
    expect(draw(project({ pausedAt: 41_000, orders })).slice(0, 2)).toEqual([AT_WORK, 'paused for 20.0s: The model [31m is dear.']);
  });

  it('shows what was spent when, what was made do with less, and what a person is asked for', () => {
    const thresholds = [
      { share: 0.5, of: 'tokens', at: 11_000 },
      { share: 0.8, of: 'microDollars', at: 31_000 },
    ] as const;
    const degradations = [less('It works with 10 of 20 tokens.', 'a'), less('Nothing more can be done.')];
    expect(draw(project({ thresholds, degradations, waitsForBudgetSince: 51_000 }))).toEqual([
      AT_WORK,
      'spent 50 % of the tokens after 10.0s, 80 % of the dollars after 30.0s',
      'waits for budget for 10.0s, since 50.0s',
      'a person is asked: kamachiq raise-budget p --tokens NUMBER --reason TEXT',
      'made do with less, fewer-candidates of a: It works with 10 of 20 tokens.',
      'made do with less, fewer-candidates: Nothing more can be done.',
    ]);
  });

  it('shows of an ended project what became of it, and of an older one nothing', () => {
    const ended = project({ pausedAt: 5, waitsForBudgetSince: 5, degradations: [less('Less.')] }, 9_000);
    expect(draw(ended)).toEqual(['made do with less, fewer-candidates: Less.']);
    const { control: _none, ...older } = project();
    expect(draw(older)).toEqual([]);
  });

  it('keeps each line but a command within the terminal', () => {
    const lines = draw(project({ degradations: [less('x'.repeat(500))], waitsForBudgetSince: 5 }), 40);
    expect(lines.filter((line) => !line.includes('kamachiq')).every((line) => line.length <= 40)).toBe(true);
    expect(lines.length).toBe(4);
  });
});

describe('describeDegradations', () => {
  it('tells the latest five and counts the others', () => {
    const degradations = Array.from({ length: 8 }, (_, index) => less(`${index}`));
    expect(describeDegradations({ degradations, untold: 4 })).toEqual([
      ...[3, 4, 5, 6, 7].map((index) => `made do with less, fewer-candidates: ${index}`),
      '… and 7 more times, see the report',
    ]);
    expect(describeDegradations({ degradations: [], untold: 0 })).toEqual([]);
  });
});
