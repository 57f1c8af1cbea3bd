import type { Form, FormContext, MappingForm } from './form.js';
import { inputLimits } from './input-limits.js';
import { type LocatedValue, settle } from './located-value.js';
import { makePackageName } from './package-name.js';
import { parseSignature } from './parse-signature.js';
import { showSource } from './show-input.js';
import type { SourceValue } from './source-value.js';

const scalar: Form = { kind: 'scalar' };
const json: Form = { kind: 'json' };
const writtenText: Form = { kind: 'written-text' };
const list = (item: Form, limit: number): Form => ({ kind: 'list', item, limit });
const texts = list(scalar, inputLimits.listItems);

const scalars = (...keys: readonly string[]): MappingForm => ({ kind: 'mapping', keys: new Map(keys.map((key) => [key, scalar])) });

/** @internal */
export const taskForm: MappingForm = {
  kind: 'mapping',
  keys: new Map<string, Form>([
    ['id', scalar],
    ['type', scalar],
    ['description', scalar],
    ['dependencies', texts],
    ['triggerRule', scalar],
    ['when', json],
    ['estimatedTokens', scalar],
    ['estimatedMinutes', scalar],
    ['optional', scalar],
    ['persona', scalar],
    ['template', scalar],
    ['inputs', json],
    ['inputsFrom', list(scalars('input', 'task', 'output', 'type'), inputLimits.listItems)],
    ['outputs', list(scalars('name', 'type'), inputLimits.listItems)],
    ['reads', texts],
    ['writes', texts],
    ['successCriteria', texts],
  ]),
  finish(fields) {
    // As Airflow writes them, whose rules these are.
    const rule = fields.get('triggerRule');
    if (typeof rule?.data === 'string') fields.set('triggerRule', { ...rule, data: rule.data.replaceAll('_', '-') });
  },
};

/** @internal */
export const tasksForm: Form = list(taskForm, inputLimits.tasks);

/** The snapshot of a task graph. @internal */
export const taskGraphForm: MappingForm = {
  kind: 'mapping',
  keys: new Map<string, Form>([
    ['formatVersion', scalar],
    ['nodes', tasksForm],
  ]),
};

const exampleForm: MappingForm = {
  kind: 'mapping',
  keys: new Map<string, Form>([
    ['arguments', list(json, inputLimits.parameters)],
    ['returns', json],
    ['raises', scalar],
  ]),
  finish(fields, { source, path, report }) {
    const raises = fields.get('raises');
    if (fields.has('returns') === (raises !== undefined)) {
      const both = raises !== undefined;
      const kind = both ? 'conflict' : 'missing';
      report({ kind, path: [...path, 'returns'], expected: 'either returns or raises', got: both ? 'both' : 'neither' }, source.offset);
      fields.set('returns', settle(source, path));
      fields.set('raises', settle(source, path));
    }
  },
};

const functionForm: MappingForm = {
  kind: 'mapping',
  keys: new Map<string, Form>([
    ['signature', scalar],
    ['name', scalar],
    ['parameters', list(scalars('name', 'type'), inputLimits.parameters)],
    ['returns', scalar],
    ['sentence', scalar],
    ['examples', list(exampleForm, inputLimits.examples)],
    ['uses', texts],
  ]),
  finish: expandSignature,
};

/** @internal */
export const functionsForm: Form = list(functionForm, inputLimits.functions);

function expandSignature(fields: Map<string, LocatedValue>, { source: mapping, path: at, report }: FormContext): void {
  const signature = fields.get('signature');
  if (signature === undefined) {
    if (['name', 'parameters', 'returns'].some((key) => fields.has(key))) return;
    const expected = 'a signature, or name, parameters and returns';
    report({ kind: 'missing', path: [...at, 'signature'], expected, got: 'nothing' }, mapping.offset);
    for (const key of ['name', 'parameters', 'returns']) fields.set(key, settle(mapping, at));
    return;
  }
  fields.delete('signature');
  const { source, path } = signature;
  for (const key of ['name', 'parameters', 'returns']) {
    const given = fields.get(key);
    if (given === undefined) continue;
    report({ kind: 'conflict', path: given.path, expected: `either signature or ${key}`, got: 'both' }, given.source.offset);
  }
  const parsed = source.kind === 'text' ? parseSignature(source.value) : { ok: false as const, expected: 'a text', got: showSource(source) };
  if (!parsed.ok) {
    const expected = source.kind === 'text' ? `${parsed.expected}, as in \`name(parameter: type) -> type\`` : parsed.expected;
    report({ kind: source.kind === 'text' ? 'invalid-signature' : 'wrong-type', path, expected, got: parsed.got }, source.offset);
    for (const key of ['name', 'parameters', 'returns']) fields.set(key, settle(source, path));
    return;
  }
  const derived = (data: string): LocatedValue => ({ source, path, data });
  fields.set('name', derived(parsed.name));
  fields.set('parameters', {
    source,
    path,
    items: parsed.parameters.map(({ name, type }) => ({
      source,
      path,
      fields: new Map([
        ['name', derived(name)],
        ['type', derived(type)],
      ]),
    })),
  });
  fields.set('returns', derived(parsed.returns));
}

const acceptanceForm: MappingForm = {
  kind: 'mapping',
  keys: new Map<string, Form>([
    ['run', list(writtenText, inputLimits.listItems)],
    ['stdin', writtenText],
    ['exitCode', scalar],
    ['stdout', writtenText],
    ['stderrContains', writtenText],
  ]),
};

/** A project spec as people write it. @internal */
export const projectSpecForm: MappingForm = {
  kind: 'mapping',
  keys: new Map<string, Form>([
    ['name', scalar],
    ['description', scalar],
    ['goals', texts],
    ['constraints', texts],
    ['context', json],
    ['language', scalar],
    ['packageName', scalar],
    ['budgetTotal', scalar],
    ['budgetDollars', scalar],
    ['budget', scalars('tokens', 'dollars')],
    ['timeoutMinutes', scalar],
    ['qualityThreshold', scalar],
    ['deliverables', texts],
    ['functions', functionsForm],
    ['acceptance', list(acceptanceForm, inputLimits.acceptanceChecks)],
    ['tasks', tasksForm],
  ]),
  fileKeys: new Map([['packageName', 'package']]),
  finish(fields, context) {
    joinContext(fields, context);
    placeDescription(fields, context);
    placeBudget(fields, context);
    const language = fields.get('language');
    if (typeof language?.data === 'string') fields.set('language', { ...language, data: language.data.toLowerCase() });
    const name = fields.get('name');
    const named = fields.has('packageName') || typeof name?.data !== 'string';
    if (!named) fields.set('packageName', { ...name, data: makePackageName(name.data as string, String(fields.get('language')?.data ?? 'python')) });
  },
};

/** A mapping of texts becomes one line for each. */
function joinContext(fields: Map<string, LocatedValue>, { report }: FormContext): void {
  const context = fields.get('context');
  if (context?.source.kind !== 'mapping') return;
  const { source, path } = context;
  const lines = source.entries.map(({ key, value }) => (value.kind === 'text' ? `${key}: ${value.value}` : null));
  for (const [index, { key, value }] of source.entries.entries()) {
    if (lines[index] === null) report({ kind: 'wrong-type', path: [...path, key], expected: 'a text', got: showSource(value) }, value.offset);
  }
  fields.set('context', lines.includes(null) ? settle(source, path) : { source, path, data: lines.join('\n') });
}

/** The description is the goal where there are no goals, and the first line of the context where there are. */
function placeDescription(fields: Map<string, LocatedValue>, { report }: FormContext): void {
  const description = fields.get('description');
  if (description === undefined) return;
  fields.delete('description');
  const { source, path } = description;
  if (source.kind !== 'text' || !/\S/.test(source.value)) {
    const kind = source.kind === 'text' ? 'out-of-range' : 'wrong-type';
    report({ kind, path, expected: 'a sentence', got: showSource(source) }, source.offset);
  }
  if (!fields.has('goals')) fields.set('goals', source.kind === 'text' ? { source, path, items: [description] } : settle(source, path));
  else if (source.kind === 'text') {
    const context = fields.get('context');
    if (context === undefined || typeof context.data === 'string') {
      const data = [source.value, context?.data ?? ''].filter((line) => line !== '').join('\n');
      fields.set('context', { source: context?.source ?? source, path: context?.path ?? path, data });
    }
  }
}

function placeBudget(fields: Map<string, LocatedValue>, { report }: FormContext): void {
  const budget = fields.get('budget');
  if (budget === undefined) return;
  fields.delete('budget');
  const { source, path } = budget;
  const dollars = budget.fields?.get('dollars');
  for (const [key, given] of [
    ['budget_total', true],
    ['budget_dollars', dollars !== undefined],
  ] as const) {
    if (!given || !fields.has(key === 'budget_total' ? 'budgetTotal' : 'budgetDollars')) continue;
    report({ kind: 'conflict', path, expected: `either budget or ${key}`, got: 'both' }, source.offset);
    return;
  }
  fields.set('budgetTotal', budget.fields?.get('tokens') ?? missingTokens(source, path, report));
  if (dollars !== undefined) fields.set('budgetDollars', dollars);
}

function missingTokens(source: SourceValue, path: FormContext['path'], report: FormContext['report']): LocatedValue {
  if (source.kind !== 'mapping')
    report({ kind: 'wrong-type', path, expected: 'a mapping with the key tokens', got: showSource(source) }, source.offset);
  else report({ kind: 'missing', path: [...path, 'tokens'], expected: 'a whole number', got: 'nothing' }, source.offset);
  return settle(source, path);
}
