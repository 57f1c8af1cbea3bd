import { randomUUID } from 'node:crypto';
import { renameSync, rmSync } from 'node:fs';
import { mkdir, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { hostname, uptime } from 'node:os';
import { dirname, join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { isProcessAlive } from './staging-directory.mjs';

const ownerFile = 'owner.json';

/**
 * Runs work while no other process on this machine does the same for this lock. A lock whose owner is gone is taken over.
 *
 * @template T
 * @param {string} lockDirectory - Exists while the lock is held; its parent is created.
 * @param {() => Promise<T>} work
 * @param {{ onWait?: (ownerId: number) => void, pollMs?: number, signal?: AbortSignal }} [options] `onWait` is called once, before waiting.
 * @returns {Promise<T>}
 */
export async function withSetupLock(lockDirectory, work, { onWait = () => {}, pollMs = 250, signal } = {}) {
  const token = await acquire(lockDirectory, onWait, pollMs, signal);
  const release = () => {
    // Away under another name first: emptied in place, the folder could be taken by the next owner while it is being removed.
    const released = `${lockDirectory}.candidate-${token}`;
    renameSync(lockDirectory, released);
    rmSync(released, { recursive: true, force: true });
  };
  process.on('exit', release);
  try {
    return await work();
  } finally {
    process.off('exit', release);
    // Somebody who took this process for dead may hold the lock now: remove only our own.
    if ((await readOwner(lockDirectory))?.token === token) release();
  }
}

async function acquire(lockDirectory, onWait, pollMs, signal) {
  await mkdir(dirname(lockDirectory), { recursive: true });
  const token = randomUUID();
  const candidate = `${lockDirectory}.candidate-${token}`;
  await mkdir(candidate);
  await writeFile(join(candidate, ownerFile), JSON.stringify({ id: process.pid, host: hostname(), at: Date.now(), token }));
  let waiting = false;
  try {
    while (!(await moveInto(candidate, lockDirectory))) {
      const owner = await readOwner(lockDirectory);
      if (owner !== undefined && isGone(owner)) {
        await takeOver(lockDirectory, owner.token);
        continue;
      }
      if (!waiting && owner !== undefined) onWait(owner.id);
      waiting ||= owner !== undefined;
      await delay(pollMs, undefined, { signal });
    }
  } catch (error) {
    await rm(candidate, { recursive: true, force: true });
    throw error;
  }
  return token;
}

/** Renaming a folder onto one that isn't empty fails on every POSIX system, so exactly one process wins, its owner file in place. */
async function moveInto(candidate, lockDirectory) {
  try {
    await rename(candidate, lockDirectory);
    return true;
  } catch (error) {
    if (error.code === 'ENOTEMPTY' || error.code === 'EEXIST') return false;
    throw error;
  }
}

/**
 * Moves a dead owner's lock aside under a name made of its token. The name stays taken for a minute: a slower process that saw the same dead
 * owner can't move away the lock that somebody else holds by then.
 */
async function takeOver(lockDirectory, deadToken) {
  const parent = dirname(lockDirectory);
  for (const name of await readdir(parent)) {
    if (!name.includes('.dead-') && !name.includes('.candidate-')) continue;
    const found = await stat(join(parent, name)).catch(() => undefined);
    if (found !== undefined && Date.now() - found.ctimeMs > 60_000) await rm(join(parent, name), { recursive: true, force: true });
  }
  await moveInto(lockDirectory, `${lockDirectory}.dead-${deadToken}`).catch((error) => {
    if (error.code !== 'ENOENT') throw error;
  });
}

async function readOwner(lockDirectory) {
  try {
    return JSON.parse(await readFile(join(lockDirectory, ownerFile), 'utf8'));
  } catch {
    return undefined;
  }
}

function isGone({ id, host, at }) {
  // Process ids mean nothing on another machine or before a reboot.
  if (host !== hostname()) return false;
  return at < Date.now() - uptime() * 1000 || !isProcessAlive(id);
}
