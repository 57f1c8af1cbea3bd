/**
 * How to run the npm that started all this, or the one on the PATH.
 *
 * @returns {{ program: string, prefix: string[] }} The program and the arguments that come before npm's own.
 */
export function locateNpm() {
  const script = process.env.npm_execpath;
  return script?.endsWith('npm-cli.js') ? { program: process.execPath, prefix: [script] } : { program: 'npm', prefix: [] };
}
