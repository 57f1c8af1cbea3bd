import { inputLimits } from './input-limits.js';
import type { InputPath, InputProblem } from './input-problem.js';
import { LineIndex } from './line-index.js';
import { showCount, showText } from './show-input.js';
import { isUnsafeKey, type SourceMapping, type SourceValue } from './source-value.js';

/**
 * Reports what is wrong with a document whatever it is meant to say: repeated keys, keys that reach prototypes, texts that are too long or
 * aren't Unicode.
 *
 * @param text - What the offsets count in.
 * @internal
 */
export function findStructureProblems(root: SourceValue, text: string, report: (problem: InputProblem, offset: number) => void): void {
  let lines: LineIndex | undefined;

  const visitMapping = (mapping: SourceMapping, path: InputPath): void => {
    const first = new Map<string, number>();
    for (const { key, offset, value } of mapping.entries) {
      const at = [...path, key];
      const earlier = first.get(key);
      if (earlier !== undefined) {
        lines ??= new LineIndex(text);
        const places = `a second one on line ${lines.locate(offset).line}, the first on line ${lines.locate(earlier).line}`;
        report({ kind: 'duplicate', path: at, expected: 'every key once', got: places }, offset);
      } else first.set(key, offset);
      if (isUnsafeKey(key)) report({ kind: 'unsafe-key', path: at, expected: 'a key that no object has by itself', got: showText(key) }, offset);
      if (key.length > inputLimits.nameCharacters) {
        const expected = `a key of at most ${inputLimits.nameCharacters} characters`;
        report({ kind: 'too-large', path, expected, got: `${showCount(key.length)} characters` }, offset);
      }
      visit(value, at);
    }
  };

  const visit = (value: SourceValue, path: InputPath): void => {
    if (value.kind === 'mapping') visitMapping(value, path);
    else if (value.kind === 'list') for (const [index, item] of value.items.entries()) visit(item, [...path, index]);
    else if (value.kind === 'text') {
      if (value.value.length > inputLimits.textCharacters) {
        const expected = `at most ${showCount(inputLimits.textCharacters)} characters`;
        report({ kind: 'too-large', path, expected, got: `${showCount(value.value.length)} characters` }, value.offset);
      }
      if (/\p{Cs}/u.test(value.value)) {
        report({ kind: 'invalid-text', path, expected: 'Unicode text', got: 'half a surrogate pair' }, value.offset);
      }
    }
  };

  visit(root, []);
}
