import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { Invocation, JsonValue, Observation } from 'kamachiq';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { pyodideSandbox } from '../src/index.js';
import { type AttackTarget, HostTarget } from './host-target.js';

const code = readFileSync(new URL('./pyodide-attacks.py', import.meta.url), 'utf8');
const names = [...code.matchAll(/^def (\w+)\(target\):/gm)].map((match) => match[1]!);
const limits = { wallMilliseconds: 30_000, memoryBytes: 384 * 1024 * 1024, outputCharacters: 10_000 };

describe(`Pyodide under a host on Node ${process.versions.node}`, () => {
  const host = new HostTarget();
  const sandbox = pyodideSandbox();
  let target: AttackTarget;
  const seen = new Map<string, Observation>();

  beforeAll(async () => {
    target = await host.start();
    let waiting = names;
    while (waiting.length > 0) {
      const invocations = waiting.map((name): Invocation => ({ kind: 'call', module: 'attacks', function: name, arguments: [{ ...target }] }));
      const request = { language: 'python', files: [{ path: 'attacks.py', text: code }], invocations, limits };
      const { observations } = await sandbox.doRun(request, new AbortController().signal);
      const done = observations.filter((observation) => observation.status !== 'stopped' || observation.reason !== 'not-started');
      done.forEach((observation, index) => {
        seen.set(waiting[index]!, observation);
      });
      waiting = waiting.slice(done.length);
    }
  });

  afterAll(async () => {
    await sandbox.doClose?.();
    await host.stop();
  });

  it('tried every attack', () => {
    expect(names.length).toBeGreaterThan(20);
    expect([...seen.keys()]).toEqual(names);
  });

  it('shows generated code no file of the host and nothing of its environment', () => {
    expect(JSON.stringify([...seen])).not.toContain(host.secret);
    const environment = seen.get('environment_plainly');
    expect(environment?.status === 'returned' && environment.value).toMatchObject({ HOME: '/tmp', PATH: '/', USER: 'web_user' });
  });

  it('lets it write nothing', async () => {
    expect(await host.files()).toEqual(['secret.txt']);
  });

  it('lets it reach no server, and the server was there', async () => {
    expect(host.connections).toBe(0);
    await fetch(`http://127.0.0.1:${target.port}/`);
    expect(host.connections).toBe(1);
  });

  it('lets it end no other process', () => {
    expect(host.victimIsAlive).toBe(true);
  });

  it('leads from no object within reach to the objects of the host', () => {
    expect(seen.get('find_global_functions')).toMatchObject({ status: 'returned', value: [] });
  });

  it.each(names.filter((name) => name.includes('through')))('refuses %s', (name) => {
    // Asked for a shell, Emscripten ends the interpreter where Node refuses one.
    expect(seen.get(name)?.status).toBe(name === 'write_through_shell' ? 'stopped' : 'raised');
  });

  it('takes no answer but the one of the interpreter', () => {
    expect(seen.get('forge_answer')).toMatchObject({ status: 'returned', value: 'honest' });
  });
});

describe('the same attacks on an unsealed Pyodide', () => {
  const host = new HostTarget();
  let results: Readonly<Record<string, string>> = {};

  beforeAll(async () => {
    const target = await host.start();
    const attacks = names.filter((name) => !/^(forge|find)/.test(name));
    const output = await new Promise<string>((resolve, reject) => {
      const child = execFile(process.execPath, [fileURLToPath(new URL('./unsealed-pyodide.mjs', import.meta.url))], (error, stdout) =>
        error ? reject(error) : resolve(stdout),
      );
      child.stdin!.end(JSON.stringify({ code, names: attacks, target } satisfies Record<string, JsonValue | AttackTarget>));
    });
    results = JSON.parse(output.trim().split('\n').at(-1)!) as typeof results;
  });

  afterAll(() => host.stop());

  it('read the secret', () => {
    for (const name of ['read_through_globals', 'read_through_run_js', 'read_through_constructor', 'mount_and_read', 'mount_by_hand_and_read']) {
      expect(results[name], name).toBe(host.secret);
    }
    expect(results.environment_through_constructor).toBe(host.secret);
  });

  it('write, connect and kill', async () => {
    expect(await host.files()).toEqual(['secret.txt', 'written-by-constructor.txt', 'written-by-mount.txt', 'written-by-shell.txt']);
    expect(host.connections).toBeGreaterThan(2);
    expect(host.victimIsAlive).toBe(false);
  });
});
