import type { InputFinding } from '../errors/input-finding.js';
import { inputLimits } from './input-limits.js';
import type { InputProblem } from './input-problem.js';
import { LineIndex } from './line-index.js';
import { showCount, showLine, showPath } from './show-input.js';

/** Collects everything that is wrong with one text, and puts it in the order of the text. @internal */
export class FindingList {
  readonly #domain: 'spec' | 'answer';
  readonly #text: string;
  readonly #found: { readonly problem: InputProblem; readonly offset: number | undefined }[] = [];
  readonly #seen = new Set<string>();
  #left = 0;

  /** @param text - What offsets count in; lines and columns are told from it. */
  constructor(domain: 'spec' | 'answer', text = '') {
    this.#domain = domain;
    this.#text = text;
  }

  get isEmpty(): boolean {
    return this.#found.length === 0;
  }

  add(problem: InputProblem, offset?: number): void {
    if (this.#found.length >= inputLimits.findings) {
      this.#left += 1;
      return;
    }
    const identity = `${problem.kind} ${offset} ${showPath(problem.path)} ${problem.expected}`;
    if (this.#seen.has(identity)) return;
    this.#seen.add(identity);
    this.#found.push({ problem, offset });
  }

  /** In the order of the text; where more than 200 were found, the last one says how many are left out. */
  toFindings(): readonly InputFinding[] {
    const lines = new LineIndex(this.#text);
    const inOrder = [...this.#found].sort((a, b) => (a.offset ?? 0) - (b.offset ?? 0));
    const findings: InputFinding[] = inOrder.map(({ problem, offset }) => ({
      code: `${this.#domain}.${problem.kind}`,
      path: showPath(problem.path),
      expected: problem.expected,
      got: showLine(problem.got),
      ...(offset === undefined ? {} : lines.locate(offset)),
    }));
    if (this.#left > 0) {
      const expected = `at most ${inputLimits.findings} problems`;
      findings.push({ code: `${this.#domain}.too-many-problems`, path: '', expected, got: `${showCount(this.#left)} more` });
    }
    return findings;
  }
}
