import type { TaskState } from '../graph/task-state.js';
import type { FinalizeProjectResult } from './activity-types.js';
import type { EndedProject } from './finalize.js';
import type { ProjectResult } from './project-types.js';
import { stated } from './stated.js';

/** What a project came to, by what its report was written from and what became of that. */
export function describeResult(
  { projectId, spec, status, reason, startedAt, finishedAt, tasks, verdict, spent, budgetTotal = spec.budgetTotal, money }: EndedProject,
  { report, files, filesLeftOut, manifest, makespanMilliseconds, lowerBoundMilliseconds, spoilt }: FinalizeProjectResult,
  verdicts: ProjectResult['verdicts'],
): ProjectResult {
  const count = (state: TaskState) => tasks.filter((task) => task.state === state).length;
  const [succeeded, skipped] = [count('succeeded'), count('skipped')];
  return {
    projectId,
    ...(spoilt === undefined ? { status, reason } : { status: 'failed', reason: `${reason} ${spoilt}`.trim() }),
    artifacts: files,
    ...stated({ artifactsLeftOut: filesLeftOut }),
    manifest,
    metrics: {
      spend: { tokensSpent: spent.total, budgetTotal, ...stated({ money }) },
      timeline: {
        startedAt: new Date(startedAt).toISOString(),
        finishedAt: new Date(finishedAt).toISOString(),
        makespanMilliseconds,
        lowerBoundMilliseconds,
      },
      tasks: { total: tasks.length, succeeded, skipped, failed: tasks.length - succeeded - skipped },
    },
    qualityScore: verdict?.score ?? null,
    verdicts,
    report,
  };
}
