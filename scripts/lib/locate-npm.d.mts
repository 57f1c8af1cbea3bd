/** How to run the npm that started all this, or the one on the PATH: the program, and the arguments that come before npm's own. */
export function locateNpm(): { program: string; prefix: string[] };
