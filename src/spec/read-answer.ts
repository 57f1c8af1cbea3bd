import type { InputFinding } from '../errors/input-finding.js';
import { findStructureProblems } from './find-structure-problems.js';
import { FindingList } from './finding-list.js';
import { inputLimits } from './input-limits.js';
import { type JsonSourceResult, readJsonSource } from './read-json-source.js';
import { showCount, showText } from './show-input.js';
import type { SourceValue } from './source-value.js';

/** Bounds of an answer. @public */
export interface AnswerLimits {
  /** @defaultValue 1,000,000 */
  readonly characters?: number;
  /** Lists and mappings inside each other. @defaultValue 64 */
  readonly depth?: number;
}

/** Says what a JSON value means, or reports why it means nothing. @internal */
export type AnswerInterpreter<Value> = (source: SourceValue, report: FindingList['add']) => { readonly value: Value } | null;

/** @internal */
export type AnswerResult<Value> = { readonly ok: true; readonly value: Value } | { readonly ok: false; readonly findings: readonly InputFinding[] };

/** Places in an answer where JSON could begin that are tried; prose with more brackets than that is no answer. */
const mostCandidates = 50;

/**
 * Finds the first JSON value of an answer that means something, whatever prose or fence stands around it. Never throws of itself: answers are
 * hostile. Parts of a value that is broken or cut off are never taken for the answer. Linear in the length of the answer.
 *
 * @internal
 */
export function readAnswer<Value>(text: string, limits: AnswerLimits, interpret: AnswerInterpreter<Value>): AnswerResult<Value> {
  const { characters = inputLimits.answerCharacters, depth = inputLimits.answerDepth } = limits;
  if (text.length > characters) {
    return refuse('', { kind: 'too-large', expected: `at most ${showCount(characters)} characters`, got: showCount(text.length) });
  }
  if (!/[^\s\ufeff]/.test(text)) return refuse('', { kind: 'empty', expected: 'a JSON value', got: 'nothing' });

  let longest: { readonly findings: FindingList; readonly length: number } | null = null;
  let fault: (JsonSourceResult & { readonly ok: false }) | null = null;
  let start = findStart(text);
  for (let candidate = 0; start !== -1 && candidate < mostCandidates; candidate += 1) {
    const json = readJsonSource(text, start, depth);
    if (json.ok) {
      const findings = new FindingList('answer', text);
      const report = findings.add.bind(findings);
      findStructureProblems(json.root, text, report);
      const meaning = interpret(json.root, report);
      if (meaning !== null && findings.isEmpty) return { ok: true, value: meaning.value };
      if (longest === null || json.end - start > longest.length) longest = { findings, length: json.end - start };
      start = findBracket(text, json.end);
    } else {
      if (fault === null || json.kind !== 'not-json') fault = json;
      if (json.kind !== 'not-json') break;
      // Never inside what was broken: a fragment could pass for the whole.
      start = findBracket(text, Math.max(json.offset, start + 1));
    }
  }
  if (longest !== null && (fault === null || fault.kind === 'not-json')) return { ok: false, findings: longest.findings.toFindings() };
  if (fault !== null) return refuse(text, fault, fault.offset);
  return refuse(text, { kind: 'not-json', expected: 'a JSON value', got: showText(text.trim()) });
}

/** The whole text where it is one scalar, else the first bracket. */
function findStart(text: string): number {
  const first = text.search(/[^\s\ufeff]/);
  const json = readJsonSource(text, first, 1);
  if (json.ok && text.slice(json.end).trim() === '') return first;
  return findBracket(text, first);
}

function findBracket(text: string, from: number): number {
  const brackets = /[[{]/g;
  brackets.lastIndex = from;
  return brackets.exec(text)?.index ?? -1;
}

function refuse(
  text: string,
  {
    kind,
    expected,
    got,
  }: { readonly kind: 'too-large' | 'empty' | 'not-json' | 'truncated' | 'too-deep'; readonly expected: string; readonly got: string },
  offset?: number,
): AnswerResult<never> {
  const findings = new FindingList('answer', text);
  findings.add({ kind, path: [], expected, got }, offset);
  return { ok: false, findings: findings.toFindings() };
}
