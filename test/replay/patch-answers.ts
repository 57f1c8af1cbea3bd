import { proxySinks, type Sinks, type WorkflowInterceptors } from '@temporalio/workflow';

/** Where a replay tells what `patched` answered. */
export interface PatchSinks extends Sinks {
  readonly patches: {
    /** @param taken - False where the history is older than the change. */
    answered(id: string, taken: boolean): void;
  };
}

/** What the SDK keeps of a workflow while it runs; its `patched` asks here. */
interface Activator {
  patchInternal(id: string, deprecated: boolean): boolean;
}

/** Has replays tell which changes of behaviour a history is older than: only the code that asks knows, for nothing of it stands in the history. */
export const interceptors = (): WorkflowInterceptors => {
  const { patches } = proxySinks<PatchSinks>();
  const activator = (globalThis as unknown as { readonly __TEMPORAL_ACTIVATOR__: Activator }).__TEMPORAL_ACTIVATOR__;
  const ask = activator.patchInternal.bind(activator);
  activator.patchInternal = (id, deprecated) => {
    const taken = ask(id, deprecated);
    patches.answered(id, taken);
    return taken;
  };
  return {};
};
