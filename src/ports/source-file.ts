/** One text file of a project. @public */
export interface SourceFile {
  /** Relative to the project's folder, with `/` between parts; {@link findPathProblem} has nothing to say about it. */
  readonly path: string;
  readonly text: string;

  /**
   * What the file is for, told by the template that makes it. Tests and documentation hold expected values: they are kept away from every check but
   * a run of the test suite. @defaultValue part of the program
   */
  readonly role?: FileRole;
}

/** What a file is for that is no part of the program. @public */
export type FileRole = 'tests' | 'documentation';
