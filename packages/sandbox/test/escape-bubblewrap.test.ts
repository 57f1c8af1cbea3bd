import { existsSync, readdirSync, readFileSync } from 'node:fs';
import type { Observation } from 'kamachiq';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { bubblewrapSandbox } from '../src/index.js';
import { type AttackTarget, HostTarget } from './host-target.js';
import { missingForBubblewrap } from './missing-for-bubblewrap.js';

const code = readFileSync(new URL('./bubblewrap-attacks.py', import.meta.url), 'utf8');
const missing = missingForBubblewrap();

describe.runIf(missing === '')(`bubblewrap${missing}`, () => {
  const host = new HostTarget();
  const sandbox = bubblewrapSandbox();
  const duration = String(100_000 + process.pid);
  let target: AttackTarget;

  beforeAll(async () => {
    target = await host.start();
  });

  afterAll(async () => {
    await sandbox.doClose?.();
    await host.stop();
  });

  const attack = async (...names: string[]): Promise<readonly Observation[]> => {
    const { observations } = await sandbox.doRun(
      {
        language: 'python',
        files: [{ path: 'attacks.py', text: code }],
        invocations: names.map((name) => ({ kind: 'call', module: 'attacks', function: name, arguments: [{ ...target, duration }] })),
        limits: { wallMilliseconds: 20_000, memoryBytes: 256 * 1024 * 1024, outputCharacters: 10_000 },
      },
      new AbortController().signal,
    );
    return observations;
  };
  const value = (observation: Observation | undefined) => (observation?.status === 'returned' ? observation.value : observation);

  it('shows no file, process, device or environment of the host', async () => {
    const [plainly, through, accounts, around] = await attack('read_plainly', 'read_through_first_process', 'read_accounts', 'look_around');
    expect([plainly, through, accounts].map((seen) => seen?.status)).toEqual(['raised', 'raised', 'raised']);
    expect(JSON.stringify(around)).not.toContain(host.secret);
    const expected = ['COLUMNS', 'HOME', 'LC_ALL', 'NO_COLOR', 'PATH', 'PWD', 'PYTHONDONTWRITEBYTECODE', 'PYTHONHASHSEED'];
    expect(value(around)).toMatchObject({ environment: expected, first: '', local: [], devices: [], user: 1000 });
    expect((value(around) as { processes: number }).processes).toBeLessThanOrEqual(3);
    expect((value(around) as { top: string[] }).top).not.toContain('home');
  });

  it('lets nothing be written but its own bounded folders', async () => {
    const [plainly, system, shared, project] = await attack('write_plainly', 'write_into_system', 'fill_shared_memory', 'fill_project');
    expect(plainly?.status).toBe('raised');
    expect(value(system)).toBe(5);
    expect(value(shared)).toBeLessThanOrEqual(1024 * 1024);
    expect(value(project)).toBeLessThanOrEqual(4);
    expect(await host.files()).toEqual(['secret.txt']);
  });

  it('has no network, not even an abstract socket, and the server was there', async () => {
    const observations = await attack('connect_socket', 'connect_url', 'connect_abstract_socket', 'interfaces');
    expect(observations.slice(0, 3).map((seen) => seen.status)).toEqual(['raised', 'raised', 'raised']);
    expect(value(observations[3])).toEqual(['lo']);
    expect(host.connections).toBe(0);
    await fetch(`http://127.0.0.1:${target.port}/`);
    expect(host.connections).toBe(1);
  });

  it('gives no privilege and no way to one', async () => {
    const observations = await attack('capabilities', 'new_user_namespace', 'new_mount', 'first_process', 'become_root', 'run_program_of_root');
    expect(observations.slice(0, 3).map(value)).toEqual([['', '', '', '', ''], -1, -1]);
    // The first process is bubblewrap's own: code inside may trace it, and finds nothing there that it hasn't itself.
    expect(value(observations[3])).toEqual({ capabilities: ['', '', '', '', ''], held: ['/dev/null', 'anon_inode', 'socket'] });
    expect(observations[4]?.status).toBe('raised');
    expect(value(observations[5])).not.toBe(0);
  });

  it('lets no other process be ended', async () => {
    const [killed] = await attack('kill_plainly');
    expect(killed).toMatchObject({ status: 'raised', exceptions: expect.arrayContaining(['ProcessLookupError']) });
    expect(host.victimIsAlive).toBe(true);
  });

  it('leaves no process behind', async () => {
    expect(await attack('leave_process_behind')).toMatchObject([{ value: 'left' }]);
    await vi.waitFor(() => expect(commandLines().filter((line) => line.includes(duration))).toEqual([]));
  });

  it('counts the memory of all its processes together', async () => {
    expect(await attack('hoard_together')).toMatchObject([{ status: 'stopped', reason: 'memory-limit' }]);
  });

  it('takes no answer without the token of the invocation, and none for one that was not asked yet', async () => {
    expect(await attack('forge_answer', 'say')).toMatchObject([
      { status: 'stopped', reason: 'crash', detail: 'the interpreter answered out of turn' },
      { status: 'stopped', reason: 'not-started' },
    ]);
    const [own, next] = await attack('forge_two_answers', 'say');
    // What the code says of its own invocation can't be told from what it did; what it says of the next one is not taken.
    expect(value(own)).not.toBe('claim about the next');
    expect(next?.status).toBe('stopped');
    expect(await attack('answer_from_child', 'say')).toMatchObject([{ value: 'parent' }, { value: 'next' }]);
  });

  it('ends a flood of answers before it fills the host', async () => {
    const before = process.memoryUsage().rss;
    expect(await attack('flood_answers')).toMatchObject([{ status: 'stopped', reason: 'output-limit' }]);
    expect(process.memoryUsage().rss - before).toBeLessThan(200 * 1024 * 1024);
  });
});

function commandLines(): readonly string[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name) && existsSync(`/proc/${name}/cmdline`))
    .flatMap((name) => {
      try {
        return [readFileSync(`/proc/${name}/cmdline`, 'latin1')];
      } catch {
        return [];
      }
    });
}
