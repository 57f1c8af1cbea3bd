import { findPathProblem, type Invocation, SandboxError, type SandboxRequest } from 'kamachiq';

/** Smallest memory an interpreter can start in, in bytes. */
const SMALLEST_MEMORY = 64 * 1024 * 1024;
const LARGEST_FILES = 16 * 1024 * 1024;
const LARGEST_OUTPUT = 4 * 1024 * 1024;
const LONGEST_WALL = 24 * 60 * 60 * 1000;
const MOST_INVOCATIONS = 10_000;
const LONE_SURROGATE = /\p{Surrogate}/u;

/**
 * Refuses a request that no sandbox should see: paths out of the project, files that can't lie side by side, limits without a meaning.
 *
 * @throws SandboxError `sandbox.unsupported-language` or `sandbox.invalid-request`, which names the first problem.
 */
export function checkRequest({ language, files, invocations, limits }: SandboxRequest, languages: readonly string[]): void {
  if (!languages.includes(language)) {
    throw new SandboxError({
      code: 'sandbox.unsupported-language',
      message: `expected one of ${languages.join(', ')}, got ${JSON.stringify(language).slice(0, 100)}`,
      remedy: 'Use a sandbox that runs this language, or write the task for one of the languages named.',
    });
  }
  const problem =
    findFileProblem(files) ??
    findLimitProblem('wallMilliseconds', limits.wallMilliseconds, 1, LONGEST_WALL) ??
    findLimitProblem('memoryBytes', limits.memoryBytes, SMALLEST_MEMORY, Number.MAX_SAFE_INTEGER) ??
    findLimitProblem('outputCharacters', limits.outputCharacters, 1, LARGEST_OUTPUT) ??
    (invocations.length > MOST_INVOCATIONS ? `expected at most ${MOST_INVOCATIONS} invocations, got ${invocations.length}` : null) ??
    invocations.map(findInvocationProblem).find((found) => found !== null);
  if (problem == null) return;
  throw new SandboxError({
    code: 'sandbox.invalid-request',
    message: problem,
    remedy: 'Correct the request; nothing was run. Paths and names that a model wrote are to be checked before they get here.',
  });
}

function findFileProblem(files: SandboxRequest['files']): string | null {
  const folders = new Set<string>();
  const paths = new Set<string>();
  let size = 0;
  for (const { path, text } of files) {
    const problem = findPathProblem(path);
    if (problem !== null) return `file ${JSON.stringify(path).slice(0, 100)}: ${problem}`;
    if (LONE_SURROGATE.test(text)) return `file ${path}: expected text without lone surrogates`;
    // Two spellings of one name are two files in one place and one file in another.
    const folded = path.toLowerCase().normalize('NFC');
    if (paths.has(folded)) return `file ${path}: expected each path once`;
    paths.add(folded);
    for (let slash = folded.indexOf('/'); slash !== -1; slash = folded.indexOf('/', slash + 1)) folders.add(folded.slice(0, slash));
    size += text.length;
  }
  for (const path of paths) if (folders.has(path)) return `file ${path}: expected a file, but other files lie below it`;
  return size > LARGEST_FILES ? `expected at most ${LARGEST_FILES} characters of files, got ${size}` : null;
}

function findLimitProblem(name: string, value: number, smallest: number, largest: number): string | null {
  if (Number.isSafeInteger(value) && value >= smallest && value <= largest) return null;
  return `limits.${name}: expected a whole number from ${smallest} to ${largest}, got ${value}`;
}

function findInvocationProblem(invocation: Invocation, index: number): string | null {
  const place = `invocations[${index}]`;
  switch (invocation.kind) {
    case 'call':
      if (!isDottedName(invocation.function) || invocation.function.includes('.')) return `${place}.function: expected a name`;
      return isDottedName(invocation.module) ? null : `${place}.module: expected names with dots between`;
    case 'command':
      if (!isDottedName(invocation.module)) return `${place}.module: expected names with dots between`;
      if (invocation.arguments.some((argument) => argument.includes('\0'))) return `${place}.arguments: expected text without NUL`;
      if (![...invocation.arguments, invocation.stdin ?? ''].some((text) => LONE_SURROGATE.test(text))) return null;
      return `${place}: expected text without lone surrogates`;
    case 'test-suite': {
      const problem = invocation.directory === '.' ? null : findPathProblem(invocation.directory);
      return problem === null ? null : `${place}.directory: ${problem}`;
    }
    case 'inspect': {
      const problem = findPathProblem(invocation.path);
      return problem === null ? null : `${place}.path: ${problem}`;
    }
    default:
      return `${place}.kind: expected call, command, test-suite or inspect`;
  }
}

function isDottedName(name: string): boolean {
  return name.length <= 200 && /^[\p{ID_Start}_][\p{ID_Continue}]*(\.[\p{ID_Start}_][\p{ID_Continue}]*)*$/u.test(name);
}
