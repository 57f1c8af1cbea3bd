import { inputLimits } from './input-limits.js';
import type { InputPath } from './input-problem.js';
import { isPlainMapping } from './lenient-access.js';

/** The keys that make a mapping a combination of conditions; one without them is a comparison. @internal */
export const combinationKeys = ['all', 'any', 'not'] as const;

/** A condition inside a condition, as far as it can be made out. @internal */
export interface ConditionPart {
  readonly value: unknown;
  /** From the whole condition. */
  readonly path: InputPath;
  /** Combinations around it. */
  readonly depth: number;
  /** Null for whatever is no combination. */
  readonly combination: (typeof combinationKeys)[number] | null;
}

/**
 * The parts of a condition, itself first, outer ones before inner ones. Takes anything. Combinations beyond the limit of depth are listed but
 * not looked into, and the list ends one part beyond the limit of parts: a condition may be as deep and as wide as its author pleases.
 *
 * @internal
 */
export function listConditionParts(condition: unknown): readonly ConditionPart[] {
  const parts = [outline(condition, [], 0)];
  for (let next = 0; next < parts.length && parts.length <= inputLimits.conditionParts; next += 1) {
    const { value, path, depth, combination } = parts[next]!;
    if (combination === null || depth === inputLimits.conditionDepth) continue;
    const inner = (value as Readonly<Record<string, unknown>>)[combination];
    if (combination === 'not') parts.push(outline(inner, [...path, combination], depth + 1));
    else if (Array.isArray(inner)) {
      const room = inputLimits.conditionParts + 1 - parts.length;
      for (const [index, part] of inner.slice(0, room).entries()) parts.push(outline(part, [...path, combination, index], depth + 1));
    }
  }
  return parts;
}

function outline(value: unknown, path: InputPath, depth: number): ConditionPart {
  const combination = isPlainMapping(value) ? combinationKeys.find((key) => Object.hasOwn(value, key)) : undefined;
  return { value, path, depth, combination: combination ?? null };
}
