/**
 * What is needed of a graph that is filled: an instance of `Graph` from `graphlib` 2 or `@dagrejs/graphlib` fits.
 *
 * @public
 */
export interface GraphlibTarget<Label> {
  isDirected(): boolean;
  setNode(name: string, label: Label): unknown;
  setEdge(from: string, to: string): unknown;
}

/**
 * What is needed of a graph that is read: an instance of `Graph` from `graphlib` 2 or `@dagrejs/graphlib` fits.
 *
 * @public
 */
export interface GraphlibSource<Label> {
  isDirected(): boolean;
  nodes(): readonly string[];
  node(name: string): Label;
  /** In any order; nothing for a name that no node has. */
  // biome-ignore lint/suspicious/noConfusingVoidType: what the types of graphlib 2 say.
  predecessors(name: string): readonly string[] | undefined | void;
}
