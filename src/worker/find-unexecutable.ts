import type { FunctionSpec, ProjectSpec } from '../planning/project-spec.js';
import type { ProjectTemplate } from '../planning/project-template.js';
import type { TemplateLibrary } from '../planning/template-library.js';
import type { Check } from '../quality/check.js';

/** What is to be executed, and by whom. */
export interface ExecutionQuestion {
  readonly spec: ProjectSpec;
  /** Those of the plan; examples that only the spec lists count too. */
  readonly functions: readonly FunctionSpec[];
  readonly template: ProjectTemplate | null;
  readonly templates: TemplateLibrary;
  /** What the worker's sandbox runs; absent where nobody asked. */
  readonly languages?: readonly string[];
}

/**
 * Says which of the spec's acceptance checks and examples nothing on this worker would execute and compare, or null where everything is.
 *
 * What is asked for and never executed must not be approved for want of a failure.
 */
export function findUnexecutable({ spec, functions, template, templates, languages }: ExecutionQuestion): string | null {
  const { acceptance, language } = spec;
  const withExamples = allFunctions(spec, functions).filter(({ examples }) => examples.length > 0);
  const asked = [...(acceptance.length > 0 ? [count(acceptance.length, 'acceptance check')] : []), ...namesOf(withExamples)];
  if (asked.length === 0) return null;
  const known = templates.projects.map((registered) => `${registered.name} (${registered.language})`).join(', ') || 'none at all';
  if (template === null) return `no project template executes ${asked.join(' and ')} in ${JSON.stringify(language)}; this worker has ${known}`;
  if (languages?.includes(template.language) === false) {
    return `the template ${template.name} needs a sandbox that runs ${template.language}; this worker's runs ${languages.join(', ') || 'nothing'}`;
  }
  const without = withExamples.filter((made) => !template.functionChecks(spec, made, { functions, files: [] }).some(isCompared));
  const missing = [
    ...(acceptance.length > 0 && !template.acceptanceChecks(spec).some(isCompared) ? [count(acceptance.length, 'acceptance check')] : []),
    ...namesOf(without),
  ];
  return missing.length === 0 ? null : `the template ${template.name} makes no check of ${missing.join(' and ')}`;
}

/** Functions of the plan, and those that only the spec lists. */
export const allFunctions = (spec: ProjectSpec, functions: readonly FunctionSpec[]): readonly FunctionSpec[] => [
  ...functions,
  ...spec.functions.filter(({ name }) => !functions.some((planned) => planned.name === name)),
];

/** Whether the host compares what is observed with what is expected of it: neither structure nor the verdict of a test suite. */
export const isCompared = ({ structural, invocation }: Check): boolean =>
  structural !== true && (invocation.kind === 'call' || invocation.kind === 'command');

const count = (number: number, thing: string): string => `${number} ${thing}${number === 1 ? '' : 's'}`;

function namesOf(functions: readonly FunctionSpec[]): readonly string[] {
  if (functions.length === 0) return [];
  const names = functions.slice(0, 5).map(({ name }) => name);
  return [`the examples of ${names.join(', ')}${functions.length > names.length ? ` and ${functions.length - names.length} more` : ''}`];
}
