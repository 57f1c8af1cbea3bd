import { randomBytes } from 'node:crypto';
import { type CancellationSignal, type Invocation, type Observation, SandboxError, type SandboxRequest, type SandboxRun } from 'kamachiq';
import type { EndReason, Interpreter } from './interpreter.js';
import { parseObservation } from './parse-observation.js';
import { watchMemory } from './watch-memory.js';

/**
 * Has an interpreter carry out the invocations of a request, one after the other, and ends it.
 *
 * The next invocation is sent only when the last one was answered, under a token made for it: code that forges answers can claim nothing about
 * an invocation that was not yet asked for, and doesn't learn what will be asked.
 *
 * @param memoryBytes - What all its processes may hold together before they are killed.
 * @throws SandboxError `sandbox.cancelled`.
 */
export async function runInvocations(
  interpreter: Interpreter,
  { files, invocations, limits, goesOnAfter }: SandboxRequest,
  signal: CancellationSignal,
  memoryBytes: number,
): Promise<SandboxRun> {
  const { outputCharacters, wallMilliseconds } = limits;
  // JSON in ASCII takes up to six bytes a character; a value, two streams or a list of failures and definitions fit in with room.
  interpreter.lineBytes = 32 * outputCharacters + 4 * 1024 * 1024;
  const started = performance.now();
  const observations: Observation[] = [];
  const cancel = () => void interpreter.kill('cancelled');
  const timer = setTimeout(() => void interpreter.kill('time-limit'), wallMilliseconds);
  const stopWatching = watchMemory(interpreter, memoryBytes);
  signal.addEventListener('abort', cancel);
  if (signal.aborted) cancel();
  try {
    // Of a file, what it is for stays outside.
    interpreter.send({ files: files.map(({ path, text }) => ({ path, text })), outputCharacters });
    for (const [index, invocation] of invocations.entries()) {
      const observation = await observe(interpreter, invocation, outputCharacters);
      observations.push(observation);
      if (observation.status === 'stopped' || goesOnAfter?.(observation, index) === false) break;
    }
  } finally {
    clearTimeout(timer);
    stopWatching();
    signal.removeEventListener('abort', cancel);
    await interpreter.kill('closed');
  }
  if (interpreter.endReason === 'cancelled') throw cancelled();
  while (observations.length < invocations.length) {
    observations.push({ status: 'stopped', reason: 'not-started', detail: 'an earlier invocation ended the run' });
  }
  return { observations, durationMilliseconds: performance.now() - started };
}

/** What is thrown when the caller's signal ended a run. */
export function cancelled(): SandboxError {
  return new SandboxError({
    code: 'sandbox.cancelled',
    message: 'the run was cancelled before it ended',
    remedy: 'Nothing is left to clean up; run the request again if its observations are still wanted.',
  });
}

async function observe(interpreter: Interpreter, invocation: Invocation, outputCharacters: number): Promise<Observation> {
  const token = randomBytes(16).toString('hex');
  interpreter.send({ token, invocation });
  const line = await interpreter.nextLine();
  if (line === null) return stoppedBy(interpreter.endReason, interpreter.lastWords);
  const answer = parseAnswer(line);
  if (answer?.token !== token) return stoppedBy('crash', '');
  return parseObservation(answer.observation, invocation, outputCharacters) ?? crashed(`its answer is no observation of a ${invocation.kind}`);
}

function parseAnswer(line: string): { readonly token?: unknown; readonly observation?: unknown } | null {
  try {
    const answer: unknown = JSON.parse(line);
    return typeof answer === 'object' ? answer : null;
  } catch {
    return null;
  }
}

function stoppedBy(reason: EndReason, words: string): Observation {
  switch (reason) {
    case 'time-limit':
      return { status: 'stopped', reason, detail: 'the run took longer than its wall time' };
    case 'memory-limit':
      return { status: 'stopped', reason, detail: 'the run held more memory than its limit' };
    case 'output-limit':
      return { status: 'stopped', reason, detail: 'the interpreter sent more than an observation can hold' };
    case 'crash':
      return crashed('the interpreter answered out of turn');
    default:
      // The engine of a WebAssembly interpreter ends itself when the objects beside its linear memory grow too large.
      if (/heap out of memory|Array buffer allocation failed/.test(words)) return stoppedBy('memory-limit', words);
      return crashed(`the interpreter ended before it answered${words === '' ? '' : `: ${words.slice(-300)}`}`);
  }
}

function crashed(detail: string): Observation {
  return { status: 'stopped', reason: 'crash', detail };
}
