import type { FunctionSpec } from 'kamachiq';
import { signatureOf } from './function-source.js';
import { endsInside, LINE_START, type ScanState, scanLine } from './scan-line.js';

/** What a model may write at most; more is no small function. */
const MOST_CHARACTERS = 20_000;
const MOST_LINES = 200;
const DEEPEST_INDENT = 80;
const DEEPEST_BRACKETS = 40;

/** The lines of a function's body, each indented as in a file, or what is wrong with the answer. */
export type CutBody = { readonly lines: readonly string[] } | { readonly problem: string };

/**
 * Finds the body of a function in a model's answer: what stands below its head, up to the first line that is no longer indented or closes a code
 * fence. Answers are hostile; nothing here throws or recurses.
 */
export function cutBody(answer: string, spec: FunctionSpec): CutBody {
  if (answer.length > MOST_CHARACTERS) return { problem: `the answer has ${answer.length} characters, expected at most ${MOST_CHARACTERS}` };
  if (answer.includes('\0') || /\p{Cs}/u.test(answer)) return { problem: 'the answer holds characters that no source file may have' };
  const text = answer.replaceAll(/\r\n?/g, '\n').replaceAll('\f', ' ');
  const below = findBody(text, spec);
  if (typeof below !== 'string') return below;
  const lines = straighten(withoutDocstring(takeIndented(below)));
  if (lines.length > MOST_LINES) return { problem: `the function has ${lines.length} lines, expected at most ${MOST_LINES}` };
  if (!lines.some(says)) return { problem: 'the function has no body' };
  return findDepthProblem(lines) ?? { lines };
}

function findBody(text: string, spec: FunctionSpec): string | { readonly problem: string } {
  // With or without types, after the fence that the answer was made to begin with or after a model's own words.
  const declaration = /^(?:async +)?def +([A-Za-z_]\w*) *\(([^()]{0,2000})\)([^:\n]{0,200}):/m.exec(text);
  if (declaration === null) {
    return /^ +\S/.test(text.replace(/^\s*\n/, '')) ? text : { problem: `the answer holds no function; it must begin with "${signatureOf(spec)}"` };
  }
  const [whole, name, parameters] = declaration;
  const names = parameters!.split(',').map((parameter) => parameter.replace(/[:=].*$/s, '').trim());
  const expected = spec.parameters.map((parameter) => parameter.name);
  const same = name === spec.name && names.filter((own) => own !== '').join(',') === expected.join(',') && !whole.startsWith('async');
  return same ? text.slice(declaration.index + whole.length) : { problem: `the function must be declared as "${signatureOf(spec)}"` };
}

/** Lines up to the first that leaves the function; inside of strings and brackets, indentation says nothing. */
function takeIndented(text: string): readonly string[] {
  const taken: string[] = [];
  let state: ScanState = LINE_START;
  for (const line of text.split('\n')) {
    if (/^\s*```/.test(line)) break;
    const inside = endsInside(state);
    if (!inside && taken.length > 0 && /^\S/.test(line)) break;
    taken.push(inside === 'string' ? line : line.trimEnd().replace(/^[ \t]+/, (indent) => indent.replaceAll('\t', '    ')));
    state = scanLine(line, state);
  }
  return taken;
}

/** The file's docstring is the spec's, whatever the answer says. One that shares a line with anything else is left where it is: it may open another string. */
function withoutDocstring(lines: readonly string[]): readonly string[] {
  const first = lines.findIndex((line) => line.trim() !== '');
  const mark = /^\s*[rR]?("""|''')/.exec(lines[first] ?? '')?.[1];
  if (mark === undefined) return lines.slice(Math.max(first, 0));
  const opening = lines[first]!.indexOf(mark) + mark.length;
  const closing = lines[first]!.indexOf(mark, opening);
  if (closing >= 0) return lines.slice(endsWith(lines[first]!, mark, closing) ? first + 1 : first);
  const last = lines.findIndex((line, index) => index > first && line.includes(mark));
  if (last < 0) return [];
  return lines.slice(endsWith(lines[last]!, mark, lines[last]!.indexOf(mark)) ? last + 1 : first);
}

const endsWith = (line: string, mark: string, at: number): boolean => line.slice(at + mark.length).trim() === '';

/** Gives the first statement four spaces, takes blank lines and remarks off the end. */
function straighten(lines: readonly string[]): readonly string[] {
  const kept = [...lines];
  while (kept.length > 0 && kept[0]!.trim() === '') kept.shift();
  while (kept.length > 0 && !says(kept.at(-1)!)) kept.pop();
  const [first = '', ...rest] = kept;
  const own = indentOf(first);
  const others = rest.filter((line) => line.trim() !== '').map(indentOf);
  const moved = own > 4 && others.every((indent) => indent >= own) ? own - 4 : 0;
  return first === '' ? [] : [`    ${first.trimStart()}`, ...rest.map((line) => (moved > 0 ? line.slice(moved) : line))];
}

function findDepthProblem(lines: readonly string[]): { readonly problem: string } | null {
  let state: ScanState = LINE_START;
  for (const line of lines) {
    // Whatever was taken off before, nothing that stands here may stand outside of the function.
    if (endsInside(state) === null && /^\S/.test(line)) return { problem: 'the answer goes on outside of the function' };
    state = scanLine(line, state);
    if (state.deepest > DEEPEST_BRACKETS || indentOf(line) > DEEPEST_INDENT) return { problem: 'the function is nested too deeply' };
  }
  return endsInside(state) === null ? null : { problem: 'the function ends in the middle of a statement' };
}

/** Whether a line holds more than white space and remarks. */
const says = (line: string): boolean => /^\s*[^\s#]/.test(line);

const indentOf = (line: string): number => line.length - line.trimStart().length;
