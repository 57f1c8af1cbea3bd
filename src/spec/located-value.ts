import type { JsonValue } from '../ports/json-value.js';
import type { InputPath } from './input-problem.js';
import type { SourceValue } from './source-value.js';

/** A value in its TypeScript form that still knows where its user wrote it. @internal */
export interface LocatedValue {
  readonly source: SourceValue;
  /** In the user's own key names. */
  readonly path: InputPath;
  /** Exactly one of `data`, `items` and `fields` says what the value is. */
  readonly data?: JsonValue | undefined;
  readonly items?: readonly LocatedValue[];
  readonly fields?: Map<string, LocatedValue>;
  /** What is wrong here was reported already: nothing more is said of it. */
  readonly settled?: boolean;
}

/** A value whose problem was reported. @internal */
export function settle(source: SourceValue, path: InputPath): LocatedValue {
  return { source, path, data: null, settled: true };
}

/** The value itself; settled ones are left out of mappings. @internal */
export function toData(located: LocatedValue): unknown {
  if (located.fields !== undefined) {
    return Object.fromEntries([...located.fields].flatMap(([key, field]) => (field.settled === true ? [] : [[key, toData(field)]])));
  }
  return located.items === undefined ? located.data : located.items.map(toData);
}

/** Where a path of the TypeScript form leads in the text. @internal */
export interface Place {
  readonly path: InputPath;
  readonly offset: number;
  /** Absent where nothing stands there. */
  readonly source?: SourceValue;
  readonly settled: boolean;
}

/** Follows a path as far as it leads; what is missing is placed at the mapping that misses it. @internal */
export function findPlace(root: LocatedValue, path: InputPath, fileKey: (key: string) => string): Place {
  let located = root;
  for (const [index, step] of path.entries()) {
    const next: LocatedValue | undefined = typeof step === 'number' ? located.items?.[step] : located.fields?.get(step);
    if (located.settled === true || next === undefined) {
      if (located.fields === undefined && located.items === undefined) return findRawPlace(located, path.slice(index));
      const rest = path.slice(index).map((part) => (typeof part === 'string' ? fileKey(part) : part));
      return { path: [...located.path, ...rest], offset: located.source.offset, settled: located.settled === true };
    }
    located = next;
  }
  return { path: located.path, offset: located.source.offset, source: located.source, settled: located.settled === true };
}

function findRawPlace(located: LocatedValue, rest: InputPath): Place {
  let source: SourceValue | undefined = located.source;
  let offset = source.offset;
  for (const step of rest) {
    if (source?.kind === 'list' && typeof step === 'number') source = source.items[step];
    else if (source?.kind === 'mapping' && typeof step === 'string') source = source.entries.find(({ key }) => key === step)?.value;
    else source = undefined;
    if (source !== undefined) offset = source.offset;
  }
  return { path: [...located.path, ...rest], offset, ...(source === undefined ? {} : { source }), settled: located.settled === true };
}
