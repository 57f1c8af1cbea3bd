import type { Comparison, Condition } from '../condition.js';

/** A part of a condition that holds, or doesn't, wherever the condition holds. */
export interface ConditionPart {
  /** The same for parts that say the same: those that only differ in the order, nesting or repetition of `all`, `any` and `not`. */
  readonly number: number;
  readonly holds: boolean;
}

/**
 * Numbers conditions so that one and what is not that one can be told apart without solving them, at any size: every condition is `all` of
 * some, or not, and conditions that say the same by the laws of De Morgan, of order and of repetition share a number.
 */
export class ConditionNumbers {
  readonly #numbers = new Map<string, number>();
  readonly #known = new Map<Condition, number>();
  /** What is all of what, by its number; null for comparisons. */
  readonly #all: (readonly number[] | null)[] = [null];

  /** Parts made of several comparisons that must hold, or must not, for a condition to hold. As deep as the condition nests. */
  partsOf(condition: Condition): readonly ConditionPart[] {
    if ('task' in condition) return NO_PARTS;
    const found = new Map<number, ConditionPart>();
    const open: { readonly part: Condition; readonly holds: boolean }[] = [{ part: condition, holds: true }];
    for (let next = open.pop(); next !== undefined; next = open.pop()) {
      const { part, holds } = next;
      if ('not' in part) open.push({ part: part.not, holds: !holds });
      else if (!('task' in part)) {
        const number = holds ? this.#numberOf(part) : -this.#numberOf(part);
        if (this.#all[Math.abs(number)] !== null) found.set(number, { number: Math.abs(number), holds: number > 0 });
        if (holds === 'all' in part) for (const inner of 'all' in part ? part.all : part.any) open.push({ part: inner, holds });
      }
    }
    return [...found.values()];
  }

  /** Below zero for what is not the condition that the number stands for. */
  #numberOf(condition: Condition): number {
    const known = this.#known.get(condition);
    if (known !== undefined) return known;
    const number = this.#find(condition);
    this.#known.set(condition, number);
    return number;
  }

  #find(condition: Condition): number {
    if ('not' in condition) return -this.#numberOf(condition.not);
    if ('all' in condition) return this.#together(condition.all.map((part) => this.#numberOf(part)));
    if ('any' in condition) return -this.#together(condition.any.map((part) => -this.#numberOf(part)));
    return this.#enter(keyOf(condition), null);
  }

  #together(parts: readonly number[]): number {
    const all = new Set<number>();
    for (const part of parts) for (const each of (part > 0 && this.#all[part]) || [part]) all.add(each);
    if (all.size === 1) return [...all][0]!;
    const sorted = [...all].sort((a, b) => a - b);
    return this.#enter(sorted.join(), sorted);
  }

  #enter(key: string, all: readonly number[] | null): number {
    const known = this.#numbers.get(key);
    if (known !== undefined) return known;
    const number = this.#all.length;
    this.#numbers.set(key, number);
    this.#all.push(all);
    return number;
  }
}

const NO_PARTS: readonly ConditionPart[] = [];

/** No list of numbers begins like this. */
const keyOf = ({ task, output, operator, value }: Comparison) =>
  JSON.stringify([task, output, operator, typeof value === 'object' ? [...new Set(value.map((each) => JSON.stringify(each)))].sort() : value]);
