import type { InputPath } from './input-problem.js';
import type { SourceValue } from './source-value.js';

/** Cuts to 100 characters and replaces what could disturb a terminal or a log. @internal */
export function showLine(text: string): string {
  const visible = text.slice(0, 400).replace(/[\p{Cc}\p{Cs}\u2028-\u202e\u2066-\u2069]/gu, '\ufffd');
  return visible.length > 100 ? `${[...visible].slice(0, 98).join('')} …` : visible;
}

/** A text in quotes, escaped and cut. @internal */
export function showText(text: string): string {
  return showLine(JSON.stringify(text.slice(0, 400)));
}

/** Example: `1,048,576`. @internal */
export function showCount(count: number): string {
  return String(count).replace(/\B(?=(\d{3})+$)/g, ',');
}

/** A value as a finding names it. Examples: `"abc"`, `2.50`, `a list of 3`, `nothing`. @internal */
export function showSource(source: SourceValue): string {
  switch (source.kind) {
    case 'text':
      return showText(source.value);
    case 'number':
    case 'boolean':
      return showLine(source.written);
    case 'null':
      return 'nothing';
    case 'list':
      return source.items.length === 0 ? 'an empty list' : `a list of ${showCount(source.items.length)}`;
    case 'mapping':
      return source.entries.length === 0 ? 'an empty mapping' : `a mapping of ${showCount(source.entries.length)}`;
  }
}

/** Example: `functions[2].examples[0].returns`; keys that aren't plain words stand in quotes. @internal */
export function showPath(path: InputPath): string {
  let shown = '';
  for (const part of path) {
    if (typeof part === 'number') shown += `[${part}]`;
    else if (/^[A-Za-z_][A-Za-z0-9_-]{0,99}$/.test(part)) shown += shown === '' ? part : `.${part}`;
    else shown += `[${showText(part)}]`;
  }
  return shown;
}
