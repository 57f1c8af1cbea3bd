import { findProgram } from '../src/bubblewrap/find-program.js';

/** What this machine lacks to run the bubblewrap suites, as the test summary reads it from their titles; empty when it lacks nothing. */
export function missingForBubblewrap(): string {
  if (process.platform !== 'linux') return ' [needs Linux]';
  const programs = ['bwrap', 'prlimit', ...(process.getuid?.() === 0 ? ['setpriv'] : [])].filter((name) => findProgram(name) === null);
  const missing = [...programs, ...(findProgram('python3', '/usr/') === null ? ['python3 below /usr'] : [])];
  return missing.length === 0 ? '' : ` [needs ${missing.join(', ')}: apt-get install bubblewrap python3 util-linux]`;
}
