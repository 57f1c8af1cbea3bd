import type { ContractRunner } from './contract-runner.js';

/** Opens something when it is first asked for, and once; where it was opened and can be closed, it is closed after all tests. */
export function openOnce<Thing extends object>(
  { afterAll }: Pick<ContractRunner, 'afterAll'>,
  open: () => Thing | Promise<Thing>,
): () => Promise<Thing> {
  let opened: Promise<Thing> | null = null;
  afterAll(async () => {
    const thing: { doClose?(): Promise<void> } | null = await opened;
    await thing?.doClose?.();
  });
  return () => {
    opened ??= (async () => open())();
    return opened;
  };
}
