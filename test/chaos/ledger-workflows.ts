import { proxyActivities } from '@temporalio/workflow';

const { pay } = proxyActivities<{ pay(folder: string, key: string): Promise<void> }>({
  startToCloseTimeout: '2 seconds',
  retry: { initialInterval: '10 milliseconds' },
});

/** Pays three times, one after the other. */
export async function LedgerWorkflow(folder: string): Promise<void> {
  for (const key of ['first', 'second', 'third']) await pay(folder, key);
}
