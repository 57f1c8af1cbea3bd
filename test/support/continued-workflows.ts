import { condition, continueAsNew, defineSignal, setHandler } from '@temporalio/workflow';

/** A project that does nothing until it is told: `go-on` makes it continue as new, `end` ends it. */
export async function KamachiqProjectWorkflow(): Promise<void> {
  let told: 'go-on' | 'end' | null = null;
  setHandler(defineSignal('go-on'), () => {
    told = 'go-on';
  });
  setHandler(defineSignal('end'), () => {
    told = 'end';
  });
  await condition(() => told !== null);
  if (told === 'go-on') await continueAsNew<typeof KamachiqProjectWorkflow>();
}

/** The same, under the name that another host gave it. */
export const HostsOwnProjects = KamachiqProjectWorkflow;
