import type { AcceptanceCheck, FunctionExample, ProjectSpec } from './project-spec.js';
import type { ProjectTemplate } from './project-template.js';

/** Most parameters that are tried: the trials grow with the types to the power of these. */
const MOST_PARAMETERS = 3;

/** Types that a function may have as far as acceptance checks tell: a choice for each parameter and one for the result. */
export interface FittingTypes {
  readonly parameters: readonly (readonly string[])[];
  readonly returns: readonly string[];
}

/** Acceptance checks that run the command of one function. */
export const checksOf = (template: ProjectTemplate, spec: ProjectSpec, name: string): readonly AcceptanceCheck[] =>
  spec.acceptance.filter((check) => template.functionNames({ ...spec, acceptance: [check] }).includes(name));

/**
 * Finds the types with which most acceptance checks of a function become examples; among equals a parameter for each word, then the fewest
 * parameters, then the template's first types. Types that read the same values from the checks are choices beside each other.
 *
 * Takes (types ^ (parameters + 1)) readings of the checks, for at most three parameters.
 *
 * @returns Null where the checks tell nothing.
 */
export function findFittingTypes(template: ProjectTemplate, spec: ProjectSpec, name: string): FittingTypes | null {
  const acceptance = checksOf(template, spec, name);
  const read = (types: readonly string[], returns: string): readonly FunctionExample[] => {
    const parameters = types.map((type, index) => ({ name: `parameter${index + 1}`, type }));
    return template.deriveExamples({ ...spec, acceptance }, { name, parameters, returns, sentence: '', examples: [], uses: [] });
  };
  const words = acceptance.map(({ run }) => run.length - 1);
  const most = Math.min(MOST_PARAMETERS, Math.max(0, ...words));
  const counts = Array.from({ length: most + 1 }, (_, count) => count);
  // As many words every time are a parameter each; a varying number is one list rather than something and a list.
  if (new Set(words).size <= 1) counts.reverse();
  let best: { readonly types: readonly string[]; readonly returns: string; readonly examples: readonly FunctionExample[] } | null = null;
  for (const count of counts) {
    for (const types of combinations(template.types, count)) {
      for (const returns of template.types) {
        const examples = read(types, returns);
        if (examples.length > (best?.examples.length ?? 0)) best = { types, returns, examples };
      }
    }
  }
  if (best === null) return null;
  const { types, returns, examples } = best;
  const same = (other: readonly FunctionExample[]) => JSON.stringify(other) === JSON.stringify(examples);
  return {
    parameters: types.map((_, index) => template.types.filter((type) => same(read(types.with(index, type), returns)))),
    returns: template.types.filter((type) => same(read(types, type))),
  };
}

function* combinations(values: readonly string[], count: number): Generator<readonly string[]> {
  if (count === 0) yield [];
  else for (const value of values) for (const rest of combinations(values, count - 1)) yield [value, ...rest];
}
