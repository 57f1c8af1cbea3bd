import { proxyActivities } from '@temporalio/workflow';
import type * as activities from './activities.js';

export * from 'kamachiq/workflows';

const { composeGreeting } = proxyActivities<typeof activities>({ startToCloseTimeout: '10 seconds' });

/** A workflow of the host's own. */
export async function greet(name: string): Promise<string> {
  return composeGreeting(name);
}
