import type { Invocation, JsonValue, Observation, SourceDefinition, StopReason } from 'kamachiq';

type SourceStatement = Extract<Observation, { readonly status: 'inspected' }>['statements'][number];

const DEEPEST_VALUE = 200;
const MOST_STATEMENTS = 1000;
const LONGEST_STATEMENT = 4000;
const statusOf = { call: ['returned', 'raised'], command: ['exited'], 'test-suite': ['tested'], inspect: ['inspected'] } as const;
const stopReasons: readonly string[] = ['memory-limit', 'output-limit', 'crash'];

/**
 * Reads what an interpreter claims to have observed, or null for anything that can't be an observation of this invocation.
 *
 * Nothing is copied but the fields of the port, each within its bounds: generated code may have written this.
 *
 * @param outputCharacters - What is kept of each text; a longer one is cut here even when the runner didn't.
 */
export function parseObservation(claim: unknown, invocation: Invocation, outputCharacters: number): Observation | null {
  if (!isRecord(claim) || typeof claim.status !== 'string') return null;
  const { status } = claim;
  if (status !== 'stopped' && !(statusOf[invocation.kind] as readonly string[]).includes(status)) return null;
  const text = (value: unknown) => (typeof value === 'string' ? cutText(value, outputCharacters) : null);
  const stdout = text(claim.stdout);
  switch (status) {
    case 'returned': {
      const { value } = claim;
      if (stdout === null || !isShallow(value)) return null;
      // Escapes and the envelope of a description make JSON longer than the text they hold, never by more than this.
      if (JSON.stringify(value).length > 8 * outputCharacters + 4096) return null;
      return { status, value, stdout };
    }
    case 'raised': {
      const message = text(claim.message);
      const exceptions = texts(claim.exceptions, 64, 200);
      if (stdout === null || message === null || exceptions === null || exceptions.length === 0) return null;
      return { status, exceptions, message, stdout };
    }
    case 'exited': {
      const stderr = text(claim.stderr);
      const { exitCode } = claim;
      if (stdout === null || stderr === null || !isCount(exitCode) || exitCode > 255) return null;
      return { status, exitCode, stdout, stderr };
    }
    case 'tested': {
      const { passed, failed } = claim;
      const failures = texts(claim.failures, 64, outputCharacters);
      if (!isCount(passed) || !isCount(failed) || failures === null) return null;
      return { status, passed, failed, failures };
    }
    case 'inspected': {
      const syntaxError = claim.syntaxError === null ? null : text(claim.syntaxError);
      const definitions = parseDefinitions(claim.definitions);
      const statements = parseStatements(claim.statements);
      if ((syntaxError === null && claim.syntaxError !== null) || definitions === null || statements === null) return null;
      return { status, syntaxError, definitions, statements };
    }
    case 'stopped': {
      if (typeof claim.reason !== 'string' || !stopReasons.includes(claim.reason) || typeof claim.detail !== 'string') return null;
      return { status, reason: claim.reason as StopReason, detail: cutText(claim.detail, 500) };
    }
    default:
      return null;
  }
}

/** At most so many characters of a text, and a note where it was cut; a text that carries the note already stays as it is. */
export function cutText(text: string, characters: number): string {
  const note = `\n[cut off after ${characters} characters]`;
  if (text.length <= characters || (text.length <= characters + note.length && text.endsWith(note))) return text;
  return `${text.slice(0, characters).replace(/\p{Surrogate}/gu, '\ufffd')}${note}`;
}

function parseDefinitions(claim: unknown): readonly SourceDefinition[] | null {
  if (!Array.isArray(claim) || claim.length > 5000) return null;
  const definitions: SourceDefinition[] = [];
  for (const entry of claim as unknown[]) {
    if (!isRecord(entry)) return null;
    const { kind, name, documented, line } = entry;
    if ((kind !== 'module' && kind !== 'class' && kind !== 'function') || typeof name !== 'string' || name.length > 500) return null;
    if (typeof documented !== 'boolean' || !isCount(line)) return null;
    definitions.push({ kind, name, documented, line });
  }
  return definitions;
}

function parseStatements(claim: unknown): readonly SourceStatement[] | null {
  if (!Array.isArray(claim) || claim.length > MOST_STATEMENTS) return null;
  const statements: SourceStatement[] = [];
  for (const entry of claim as unknown[]) {
    if (!isRecord(entry)) return null;
    const { kind, text, line } = entry;
    if (!isStatementKind(kind) || typeof text !== 'string' || !isCount(line)) return null;
    statements.push({ kind, text: cutText(text, LONGEST_STATEMENT), line });
  }
  return statements;
}

const statementKinds: readonly string[] = ['docstring', 'import', 'function', 'class', 'other'] satisfies SourceStatement['kind'][];
const isStatementKind = (kind: unknown): kind is SourceStatement['kind'] => typeof kind === 'string' && statementKinds.includes(kind);

function texts(claim: unknown, most: number, characters: number): readonly string[] | null {
  if (!Array.isArray(claim) || claim.length > most || !claim.every((entry) => typeof entry === 'string')) return null;
  return (claim as string[]).map((entry) => cutText(entry, characters));
}

function isShallow(value: unknown): value is JsonValue {
  if (value === undefined) return false;
  const waiting: [unknown, number][] = [[value, 0]];
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    const [inner, depth] = next;
    if (depth > DEEPEST_VALUE) return false;
    if (typeof inner === 'object' && inner !== null) for (const child of Object.values(inner)) waiting.push([child, depth + 1]);
  }
  return true;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isCount(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 0;
}
