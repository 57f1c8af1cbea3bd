import type { ComparisonOperator, Condition } from '../condition.js';
import { CONDITION_DEPTH } from '../condition-depth.js';
import { showId } from '../graph-error.js';
import { finding, type GraphFinding } from '../graph-finding.js';
import type { TaskGraphDocument } from '../task-graph-document.js';

/**
 * What isn't of the form that its type promises, in plans that no compiler of types saw. Everything else trusts the form, so that where
 * something is found here, nothing else can be looked for.
 */
export function formFindings(document: TaskGraphDocument): readonly GraphFinding[] {
  const findings: GraphFinding[] = [];
  if (!isMapping(document)) {
    check('this', [], { 'the plan': false }, 'a mapping', { 'the plan': document }, findings);
    return findings;
  }
  const { nodes, budgetTotal, timeoutMinutes, qualityThreshold, deliverables } = document;
  const limits = { budgetTotal: isAmount(budgetTotal), timeoutMinutes: isAmount(timeoutMinutes), qualityThreshold: isAmount(qualityThreshold) };
  check('the plan', [], limits, 'a number', document, findings);
  const lists = { nodes: Array.isArray(nodes), deliverables: deliverables === undefined || isTexts(deliverables) };
  check('the plan', [], lists, 'a list', document, findings);
  if (!lists.nodes) return findings;
  for (const [position, node] of (nodes as readonly unknown[]).entries()) {
    if (isMapping(node)) checkTask(position, node, findings);
    else check('the plan', [], { [`nodes[${position}]`]: false }, 'a task', { [`nodes[${position}]`]: node }, findings);
  }
  return findings;
}

type Mapping = Readonly<Record<string, unknown>>;

function checkTask(position: number, node: Mapping, findings: GraphFinding[]): void {
  const { id, type, description, persona, template, triggerRule, when, inputs, inputsFrom, outputs, reads } = node;
  const { dependencies, writes, successCriteria, estimatedTokens, estimatedMinutes, optional: mayBeDropped } = node;
  // In the hot path of every compilation: the names are only spelled out where something is wrong.
  const isSound =
    isText(id) &&
    isText(type) &&
    isText(description) &&
    isNumber(estimatedTokens) &&
    isTexts(dependencies) &&
    isTexts(writes) &&
    isTexts(successCriteria) &&
    isMapping(inputs) &&
    optional(estimatedMinutes, isNumber) &&
    optional(mayBeDropped, isTruth) &&
    optional(persona, isText) &&
    optional(template, isText) &&
    optional(triggerRule, isText) &&
    optional(reads, isTexts) &&
    optional(when, (condition) => isCondition(condition) && isShallow(condition)) &&
    optional(inputsFrom, isBindings) &&
    optional(outputs, isDeclarations);
  if (isSound) return;
  const [subject, taskIds] = isText(id) ? [`task ${showId(id)}`, [id]] : [`nodes[${position}]`, []];
  const say = (expected: string, sound: Readonly<Record<string, boolean>>) => check(subject, taskIds, sound, expected, node, findings);
  say('a text', {
    id: isText(id),
    type: isText(type),
    description: isText(description),
    persona: optional(persona, isText),
    template: optional(template, isText),
    triggerRule: optional(triggerRule, isText),
  });
  say('a number', { estimatedTokens: isNumber(estimatedTokens), estimatedMinutes: optional(estimatedMinutes, isNumber) });
  say('true or false', { optional: optional(mayBeDropped, isTruth) });
  say('a list of texts', {
    dependencies: isTexts(dependencies),
    writes: isTexts(writes),
    successCriteria: isTexts(successCriteria),
    reads: optional(reads, isTexts),
  });
  say('a mapping', { inputs: isMapping(inputs) });
  const hasForm = optional(when, isCondition);
  say('a condition', { when: hasForm });
  if (hasForm) say(`a condition with at most ${CONDITION_DEPTH} of all, any and not inside each other`, { when: optional(when, isShallow) });
  say('a list of { input, task, output }', { inputsFrom: optional(inputsFrom, isBindings) });
  say('a list of { name, type }', { outputs: optional(outputs, isDeclarations) });
}

function check(
  subject: string,
  taskIds: readonly string[],
  sound: Readonly<Record<string, boolean>>,
  expected: string,
  values: object,
  findings: GraphFinding[],
): void {
  for (const [field, isSound] of Object.entries(sound)) {
    if (isSound) continue;
    const message = `Expected ${field} of ${subject} to be ${expected}, got ${describe((values as Mapping)[field])}.`;
    const suggestion = 'Give it the form that TaskGraphDocument documents; taskGraphSchema of kamachiq/spec checks it.';
    findings.push(finding('graph.malformed', taskIds, message, [field], suggestion));
  }
}

function describe(value: unknown): string {
  if (value === null || value === undefined) return String(value);
  if (typeof value === 'number' || typeof value === 'boolean') return String(value);
  if (typeof value === 'string') return showId(value);
  return Array.isArray(value) ? 'a list that holds something else' : `a ${typeof value === 'object' ? 'mapping of another form' : typeof value}`;
}

const isText = (value: unknown): value is string => typeof value === 'string';
const isTruth = (value: unknown): boolean => typeof value === 'boolean';
const isNumber = (value: unknown): boolean => typeof value === 'number';
/** Of estimates, what is no amount is found with the others. */
const isAmount = (value: unknown): boolean => isNumber(value) && !Number.isNaN(value);
const isMapping = (value: unknown): value is Mapping => typeof value === 'object' && value !== null && !Array.isArray(value);
const isTexts = (value: unknown): boolean => Array.isArray(value) && value.every(isText);
const optional = (value: unknown, isOfForm: (value: unknown) => boolean): boolean => value === undefined || isOfForm(value);

const isBindings = (value: unknown): boolean =>
  Array.isArray(value) &&
  value.every((one) => isMapping(one) && isText(one.input) && isText(one.task) && isText(one.output) && optional(one.type, isText));

const isDeclarations = (value: unknown): boolean =>
  Array.isArray(value) && value.every((one) => isMapping(one) && isText(one.name) && isText(one.type));

const VALUES: Readonly<Record<ComparisonOperator, (value: unknown) => boolean>> = {
  equals: isComparable,
  'not-equals': isComparable,
  'one-of': (value) => Array.isArray(value) && value.every(isComparable),
  'less-than': isNumber,
  'at-most': isNumber,
  'greater-than': isNumber,
  'at-least': isNumber,
};

function isComparable(value: unknown): boolean {
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean';
}

/** However deep it is. */
function isCondition(condition: unknown): boolean {
  const pending: unknown[] = [condition];
  while (pending.length > 0) {
    const part = pending.pop();
    if (!isMapping(part)) return false;
    const combined = 'all' in part ? part.all : 'any' in part ? part.any : undefined;
    if (Array.isArray(combined)) for (const one of combined) pending.push(one);
    else if (combined !== undefined || 'all' in part || 'any' in part) return false;
    else if ('not' in part) pending.push(part.not);
    else if (!isComparison(part)) return false;
  }
  return true;
}

/** Of what is a condition whether it nests no deeper than conditions may. */
function isShallow(condition: unknown): boolean {
  let parts = [condition as Condition];
  for (let depth = 0; depth < CONDITION_DEPTH && parts.length > 0; depth += 1) {
    parts = parts.flatMap((part) => ('all' in part ? part.all : 'any' in part ? part.any : 'not' in part ? [part.not] : []));
  }
  return parts.every((part) => 'task' in part);
}

const isComparison = ({ task, output, operator, value }: Mapping): boolean =>
  isText(task) && isText(output) && isText(operator) && Object.hasOwn(VALUES, operator) && VALUES[operator as ComparisonOperator](value);
