import { Context } from '@temporalio/activity';
import { observeReport } from '../planning/estimates/observe-report.js';
import type { ProjectReport } from '../report/project-report.js';
import type { ActivityEnvironment } from './activity-environment.js';
import { withinPatience } from './within-patience.js';

/** Keeps what a project taught about the cost of its tasks. What can't be kept is lost to estimates and no reason for a project to fail. */
export async function keepObservations(
  { observations, templates }: Pick<ActivityEnvironment, 'observations' | 'templates'>,
  report: ProjectReport,
): Promise<void> {
  if (observations === undefined) return;
  try {
    await withinPatience('the observation store', observations.doAppend(report.projectId, observeReport(report, templates)));
  } catch (error) {
    Context.current().log.warn(
      `What project ${report.projectId} taught is not kept for estimates: ${error instanceof Error ? error.message : String(error)}`,
    );
  }
}
