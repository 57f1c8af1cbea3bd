import type { ScheduleReport } from '../report/project-report.js';
import { scheduleReport } from '../report/schedule-report.js';
import type { ProjectProgress } from '../workflow/project-types.js';

/**
 * The certificate of a project as far as it has come, held against the most slots that it had.
 *
 * @param now - Milliseconds since 1970: what goes on is counted until then.
 */
export function scheduleOf(
  { tasks, slots, control }: Pick<ProjectProgress, 'tasks' | 'slots'> & { readonly control?: { readonly mostSlots?: number } },
  now: number,
): ScheduleReport {
  const instant = (milliseconds: number | null) => (milliseconds === null ? null : new Date(milliseconds).toISOString());
  const scheduled = tasks.map(({ id, dependencies, startedAt, escalatedAt, finishedAt }) => ({
    node: { id, dependencies },
    startedAt: instant(startedAt),
    ...(escalatedAt === undefined ? {} : { escalatedAt: new Date(escalatedAt).toISOString() }),
    finishedAt: instant(finishedAt),
  }));
  return scheduleReport({ tasks: scheduled, slots: control?.mostSlots ?? slots, now });
}
