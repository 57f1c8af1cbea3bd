import { existsSync, lstatSync, readlinkSync } from 'node:fs';
import type { SandboxLimits } from 'kamachiq';

const NOBODY = '65534';
const MEBIBYTE = 1024 * 1024;
const MOST_PROCESSES = 64;
const LARGEST_FILE = 64 * MEBIBYTE;

/** The programs of this system that build the walls. */
export interface BubblewrapPrograms {
  readonly bwrap: string;
  readonly prlimit: string;
  /** Needed by root alone, who must become somebody else first: limits on processes don't bind root. */
  readonly setpriv: string | null;
}

/**
 * The command line that runs a program of `/usr` with no network, no files of the host but `/usr`, no environment, no other process in sight,
 * no privilege and no way to gain one, and bounds on time, memory, processes and files.
 *
 * @param command - Any program below `/usr` with its arguments; nothing here depends on its language.
 */
export function bubblewrapCommand(
  { bwrap, prlimit, setpriv }: BubblewrapPrograms,
  command: readonly string[],
  { wallMilliseconds, memoryBytes }: Pick<SandboxLimits, 'wallMilliseconds' | 'memoryBytes'>,
  environment: Readonly<Record<string, string>>,
): readonly string[] {
  const dropped = setpriv === null ? [] : [setpriv, '--reuid', NOBODY, '--regid', NOBODY, '--clear-groups', '--no-new-privs', '--'];
  const limits = [
    prlimit,
    `--cpu=${Math.ceil(wallMilliseconds / 1000) + 1}`,
    `--as=${memoryBytes}`,
    `--nproc=${MOST_PROCESSES}`,
    `--fsize=${LARGEST_FILE}`,
    '--nofile=256',
    '--core=0',
    '--',
  ];
  return [
    ...dropped,
    bwrap,
    '--unshare-all',
    '--unshare-user',
    '--disable-userns',
    '--die-with-parent',
    '--new-session',
    '--clearenv',
    ...['--cap-drop', 'ALL'],
    ...['--uid', '1000', '--gid', '1000'],
    ...['--hostname', 'sandbox'],
    ...systemFolders(command[0]!),
    ...['--proc', '/proc'],
    ...['--dev', '/dev'],
    ...folderInMemory('/dev/shm', MEBIBYTE),
    ...folderInMemory('/tmp', 32 * MEBIBYTE),
    ...folderInMemory('/project', LARGEST_FILE),
    ...['--remount-ro', '/dev'],
    ...['--remount-ro', '/'],
    ...Object.entries(environment).flatMap(([name, value]) => ['--setenv', name, value]),
    ...['--chdir', '/project'],
    '--',
    ...limits,
    ...command,
  ];
}

/** `/usr`, and the names at the top of the tree that lead into it; `/usr/local` only for a program that lives there. */
function systemFolders(program: string): readonly string[] {
  const hidden = program.startsWith('/usr/local/') || !existsSync('/usr/local') ? [] : folderInMemory('/usr/local', 4096);
  const names = ['/bin', '/sbin', '/lib', '/lib32', '/lib64'].filter((name) => existsSync(name));
  const links = names.flatMap((name) => (lstatSync(name).isSymbolicLink() ? ['--symlink', readlinkSync(name), name] : ['--ro-bind', name, name]));
  return ['--ro-bind', '/usr', '/usr', ...hidden, ...links];
}

function folderInMemory(folder: string, bytes: number): readonly string[] {
  return ['--size', String(bytes), '--tmpfs', folder];
}
