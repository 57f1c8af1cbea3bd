/** A workflow module with nothing in it: what the SDK alone costs at every start of a workflow. */
export async function EmptyWorkflow(): Promise<void> {}
