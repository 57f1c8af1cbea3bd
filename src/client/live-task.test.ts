import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { AgentTaskProgress } from '../workflow/agent-task-types.js';
import type { TaskProgress } from '../workflow/project-types.js';
import { liveTask } from './live-task.js';

const known = (tokensSpent: number): TaskProgress => ({
  id: 'a',
  description: 'a',
  dependencies: [],
  state: 'running',
  workflowId: 'p/a',
  attempts: 0,
  tokensSpent,
  score: null,
  startedAt: 1,
  finishedAt: null,
});
const own = (phase: AgentTaskProgress['phase'], tokensSpent: number): AgentTaskProgress => ({
  phase,
  attempt: 1,
  remediation: 0,
  attempts: 0,
  tokensSpent,
  score: null,
});
const agent = (tokensSpent: number) => ({ candidates: 1, tokensSpent, checksPassed: 1, checksTotal: 1 });

describe('liveTask', () => {
  it('adds what an agent at work has spent, and keeps it when its attempt is under review', () => {
    expect(liveTask(known(0), own('working', 0), agent(114))).toMatchObject({ tokensSpent: 114, tokensUnsettled: 114, agent: agent(114) });
    expect(liveTask(known(0), own('evaluating', 114), null)).toMatchObject({ tokensSpent: 114, tokensUnsettled: 114, agent: null });
    expect(liveTask(known(114), own('ended', 114), null)).toMatchObject({ tokensSpent: 114, tokensUnsettled: 0 });
  });

  it('counts an agent that was seen at work before its attempt ended once', () => {
    expect(liveTask(known(0), own('evaluating', 114), agent(114))).toMatchObject({ tokensSpent: 114, tokensUnsettled: 114, agent: null });
  });

  it('never runs backwards, at whichever moments its project, its workflow and its agent are asked', () => {
    const attempts = fc.array(fc.record({ beats: fc.array(fc.nat({ max: 50 }), { minLength: 1, maxLength: 4 }), review: fc.nat({ max: 20 }) }), {
      minLength: 1,
      maxLength: 3,
    });
    fc.assert(
      fc.property(attempts, fc.infiniteStream(fc.nat({ max: 2 })), (done, lags) => {
        const moments = momentsOf(done);
        let [shown, project] = [0, 0];
        for (const [position, moment] of moments.entries()) {
          // The project is asked first: what it says may be older, but not older than what it said before.
          project = Math.max(project, position - lags.next().value);
          const view = liveTask(known(moments[project]!.settled), moment.own, moment.agent);
          expect(view.tokensSpent).toBeGreaterThanOrEqual(shown);
          expect(view.tokensUnsettled).toBe(view.tokensSpent - moments[project]!.settled);
          shown = view.tokensSpent;
        }
        expect(shown).toBe(moments.at(-1)!.settled);
      }),
    );
  });
});

/** What could be seen of a task whose agents spend these tokens from one heartbeat to the next, and whose reviews spend some more. */
function momentsOf(attempts: readonly { readonly beats: readonly number[]; readonly review: number }[]) {
  let settled = 0;
  const moments = attempts.flatMap(({ beats, review }) => {
    const before = settled;
    const sums = beats.map((_, index) => beats.slice(0, index + 1).reduce((sum, tokens) => sum + tokens, 0));
    const spent = sums.at(-1)!;
    settled += spent + review;
    return [
      ...sums.map((sum) => ({ own: own('working', before), agent: agent(sum), settled: before })),
      { own: own('evaluating', before + spent), agent: null, settled: before },
      { own: own('evaluating', before + spent), agent: agent(spent), settled: before },
      { own: own('waiting-for-tokens', settled), agent: null, settled: before },
    ];
  });
  return [...moments, { own: own('ended', settled), agent: null, settled }];
}
