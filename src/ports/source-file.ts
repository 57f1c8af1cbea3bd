/** One text file of a project. @public */
export interface SourceFile {
  /** Relative to the project's folder, with `/` between parts; {@link findPathProblem} has nothing to say about it. */
  readonly path: string;
  readonly text: string;
}
