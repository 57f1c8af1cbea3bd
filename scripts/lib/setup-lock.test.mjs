import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { withSetupLock } from './setup-lock.mjs';

const deadProcess = () => Number(spawnSync('/bin/sh', ['-c', 'echo $$'], { encoding: 'utf8' }).stdout);

describe('withSetupLock', () => {
  let folder;
  const lock = () => join(folder, 'cache', 'set-up.lock');
  const leave = (owner) => {
    mkdirSync(lock(), { recursive: true });
    writeFileSync(join(lock(), 'owner.json'), JSON.stringify({ host: hostname(), at: Date.now(), token: 'left', ...owner }));
  };
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'lock-'));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  it('gives back what the work gives, and the lock', async () => {
    const held = await withSetupLock(lock(), async () => existsSync(lock()));
    expect(held).toBe(true);
    expect(existsSync(lock())).toBe(false);
  });

  it('gives the lock back when the work fails', async () => {
    await expect(withSetupLock(lock(), async () => Promise.reject(new Error('no')))).rejects.toThrow('no');
    expect(existsSync(lock())).toBe(false);
  });

  it('lets one process in at a time', async () => {
    const log = join(folder, 'log');
    writeFileSync(log, '');
    const source = `
      import { appendFileSync } from 'node:fs';
      import { setImmediate as turn } from 'node:timers/promises';
      import { withSetupLock } from ${JSON.stringify(new URL('./setup-lock.mjs', import.meta.url).href)};
      for (let round = 0; round < 5; round += 1) {
        await withSetupLock(${JSON.stringify(lock())}, async () => {
          appendFileSync(${JSON.stringify(log)}, '<');
          for (let step = 0; step < 200; step += 1) await turn();
          appendFileSync(${JSON.stringify(log)}, '>');
        }, { pollMs: 1 });
      }`;
    const program = join(folder, 'contender.mjs');
    writeFileSync(program, source);
    const codes = await Promise.all([1, 2, 3, 4].map(async () => (await once(spawn(process.execPath, [program], { stdio: 'inherit' }), 'close'))[0]));
    expect(codes).toEqual([0, 0, 0, 0]);
    expect(readFileSync(log, 'utf8')).toBe('<>'.repeat(20));
  });

  it('takes over from a process that is gone', async () => {
    leave({ id: deadProcess() });
    expect(await withSetupLock(lock(), async () => 'done')).toBe('done');
  });

  it('takes over a lock from before the last start of the machine, even if its process id is in use again', async () => {
    leave({ id: process.ppid, at: 0 });
    expect(await withSetupLock(lock(), async () => 'done')).toBe('done');
  });

  it.each([
    ['a live process', { id: process.ppid }],
    ['a process of another machine', { id: 1, host: 'elsewhere' }],
  ])('waits for %s, saying so once', async (_name, owner) => {
    leave(owner);
    const waits = [];
    const onWait = (id) => {
      waits.push(id);
      rmSync(lock(), { recursive: true });
    };
    expect(await withSetupLock(lock(), async () => 'done', { onWait, pollMs: 1 })).toBe('done');
    expect(waits).toEqual([owner.id]);
  });

  it('stops waiting when it is told to', async () => {
    leave({ id: process.ppid });
    const controller = new AbortController();
    const waiting = withSetupLock(lock(), async () => 'done', { onWait: () => controller.abort(), signal: controller.signal });
    await expect(waiting).rejects.toMatchObject({ name: 'AbortError' });
    expect(existsSync(lock())).toBe(true);
  });
});
