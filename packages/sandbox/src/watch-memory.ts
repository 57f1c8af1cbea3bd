import { readdirSync, readFileSync } from 'node:fs';
import type { Interpreter } from './interpreter.js';

const LOOK_EVERY_MILLISECONDS = 50;

/**
 * Kills an interpreter once it and everything it started hold more memory than allowed. Returns what ends the watch.
 *
 * Limits of the operating system are per process; this one is for all of them together. Only where there is a `/proc`: elsewhere the limits
 * that the interpreter was started with stand alone.
 */
export function watchMemory(interpreter: Interpreter, bytes: number): () => void {
  if (process.platform !== 'linux') return () => undefined;
  const timer = setInterval(() => {
    if (interpreter.pid !== null && !interpreter.ended && residentBytes(interpreter.pid) > bytes) void interpreter.kill('memory-limit');
  }, LOOK_EVERY_MILLISECONDS);
  timer.unref();
  return () => clearInterval(timer);
}

/** Memory held by a process and its descendants, in bytes; pages they share count for each. */
function residentBytes(root: number): number {
  let total = 0;
  const waiting = [root];
  for (let pid = waiting.pop(); pid !== undefined; pid = waiting.pop()) {
    total += residentBytesOf(pid);
    waiting.push(...childrenOf(pid));
  }
  return total;
}

function childrenOf(pid: number): readonly number[] {
  return listThreads(pid).flatMap((thread) => readProcessFile(pid, `task/${thread}/children`).split(' ').filter(Boolean).map(Number));
}

function listThreads(pid: number): readonly string[] {
  try {
    return readdirSync(`/proc/${pid}/task`);
  } catch {
    return [];
  }
}

function residentBytesOf(pid: number): number {
  const kilobytes = /^VmRSS:\s+(\d+) kB/m.exec(readProcessFile(pid, 'status'))?.[1];
  return Number(kilobytes ?? 0) * 1024;
}

function readProcessFile(pid: number, name: string): string {
  try {
    return readFileSync(`/proc/${pid}/${name}`, 'latin1');
  } catch {
    // It ended meanwhile.
    return '';
  }
}
