import { open, stat } from 'node:fs/promises';
import { InvalidInputError } from '../errors/invalid-input-error.js';
import { FindingList } from './finding-list.js';
import { inputLimits } from './input-limits.js';
import type { InputProblemKind } from './input-problem.js';
import { describeSpecLimit } from './judge-document.js';
import { showCount, showLine } from './show-input.js';

/**
 * Reads a UTF-8 file of at most 1 MiB; size and kind of the file are checked before anything is read.
 *
 * @throws InvalidInputError `spec.invalid` where the file is missing, can't be read, is too large or holds something else
 * @internal
 */
export async function readTextFile(path: string): Promise<string> {
  const bytes = await readBounded(path);
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    throw refusal(path, 'not-utf8', 'UTF-8 text', 'bytes that are none');
  }
}

async function readBounded(path: string): Promise<Uint8Array> {
  try {
    // Opening a pipe or a device could wait for ever.
    const found = await stat(path);
    if (!found.isFile()) throw refusal(path, 'file-unreadable', 'a file', found.isDirectory() ? 'a directory' : 'something else');
    if (found.size > inputLimits.specBytes) throw tooLarge(path, found.size);
    const file = await open(path, 'r');
    try {
      // The file may have grown since.
      const buffer = new Uint8Array(inputLimits.specBytes + 1);
      let length = 0;
      for (;;) {
        const { bytesRead } = await file.read(buffer, length, buffer.length - length);
        length += bytesRead;
        if (length > inputLimits.specBytes) throw tooLarge(path, length);
        if (bytesRead === 0) return buffer.subarray(0, length);
      }
    } finally {
      await file.close();
    }
  } catch (error) {
    if (error instanceof InvalidInputError) throw error;
    const code = (error as NodeJS.ErrnoException).code ?? 'unknown';
    if (code === 'ENOENT' || code === 'ENOTDIR') throw refusal(path, 'file-missing', 'a file', 'nothing of that name');
    throw refusal(path, 'file-unreadable', 'a file that can be read', `the system error ${code}`);
  }
}

function tooLarge(path: string, bytes: number): InvalidInputError {
  return refusal(path, 'too-large', describeSpecLimit(), `${showCount(bytes)} bytes`);
}

function refusal(path: string, kind: InputProblemKind, expected: string, got: string): InvalidInputError {
  const findings = new FindingList('spec');
  findings.add({ kind, path: [], expected, got });
  return new InvalidInputError(showLine(path), findings.toFindings(), 'spec.invalid');
}
