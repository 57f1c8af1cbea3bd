import { createRequire } from 'node:module';

type RuffModule = typeof import('@astral-sh/ruff-wasm-nodejs');

/** One finding of the linter. */
export interface RuffFinding {
  /** Rule, or `invalid-syntax`. Example: `F401`. */
  readonly code: string;
  readonly message: string;
  /** From 1. */
  readonly line: number;
}

/** Rules that name what most Python programmers agree on: errors, unused and undefined names, white space, naming, likely bugs. */
const RULES = ['E4', 'E7', 'E9', 'F', 'W', 'N', 'B'];

/** Asks to write out what lists of different lengths do, where most let it be. */
const NOT_RULES = ['B905', 'B911'];

const require = createRequire(import.meta.url);
const MODULE = '@astral-sh/ruff-wasm-nodejs';

export const ruffVersion = (): string => load().Workspace.version();

/** The version that the sandbox runs, as Pyodide has it. */
const TARGET_VERSION = 'py314';

/** Words by which a remark would silence the linter, and others of their length. */
const SWITCHES = [
  [/noqa/gi, 'nope'],
  [/ruff(?=\s*:)/gi, 'roff'],
] as const;

/**
 * Lints a file without running any of it, whatever its remarks say of that: code must not excuse itself. Null where the linter gives up, as on code
 * that is nested thousands of levels deep.
 */
export function lint(text: string): readonly RuffFinding[] | null {
  try {
    const { PositionEncoding, Workspace } = load();
    const workspace = new Workspace({ 'target-version': TARGET_VERSION, lint: { select: RULES, ignore: NOT_RULES } }, PositionEncoding.Utf16);
    const heard = SWITCHES.reduce((left, [word, other]) => left.replaceAll(word, other), text);
    const found = workspace.check(heard) as readonly { code: string | null; message: string; start_location: { row: number } }[];
    workspace.free();
    return found.map(({ code, message, start_location }) => ({ code: code ?? 'invalid-syntax', message, line: start_location.row }));
  } catch {
    // A stack overflow inside of the engine leaves its memory damaged: the next file gets a fresh one.
    delete require.cache[require.resolve(MODULE)];
    return null;
  }
}

function load(): RuffModule {
  return require(MODULE) as RuffModule;
}
