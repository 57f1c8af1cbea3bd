import { proxyActivities } from '@temporalio/workflow';
import type * as activities from './activities.js';

// This line is all that a workflow module needs: a plugin can bring activities, but only you can add workflows to your bundle.
export * from 'kamachiq/workflows';

const { composeGreeting } = proxyActivities<typeof activities>({ startToCloseTimeout: '10 seconds' });

/** Your own workflow, as before. */
export async function greet(name: string): Promise<string> {
  return composeGreeting(name);
}
