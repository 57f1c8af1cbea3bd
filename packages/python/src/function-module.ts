import { headOf } from './function-source.js';
import type { FunctionInputs } from './task-inputs.js';

/** Modules of the standard library that a body may name without an import of its own. */
const KNOWN_MODULES = ['collections', 'functools', 'itertools', 'math', 're', 'statistics', 'string'];

/** An import that a function's file may hold, and what tells that its body needs it. */
interface FunctionImport {
  readonly source: string;
  readonly group: 'standard' | 'own';
  readonly needed: RegExp;
}

/** What a function's file says of itself. */
export const moduleDocstring = (packageName: string, name: string): string => `The function ${name} of the package ${packageName}.`;

/** Every import that may stand in the file of such a function, in the order in which they stand. */
export function functionImports({ package: packageName, function: spec, usedFunctions }: FunctionInputs): readonly FunctionImport[] {
  const named = new Set(spec.parameters.map(({ name }) => name));
  const modules = KNOWN_MODULES.filter((name) => !named.has(name)).map(
    (name): FunctionImport => ({ source: `import ${name}`, group: 'standard', needed: new RegExp(`(?<![\\w.])${name}\\.\\w`) }),
  );
  const uses = usedFunctions
    .filter(({ name }) => spec.uses.includes(name))
    .map(({ name }): FunctionImport => {
      return { source: `from ${packageName}.${name} import ${name}`, group: 'own', needed: new RegExp(`(?<![\\w.])${name}\\b`) };
    })
    .sort((a, b) => (a.source < b.source ? -1 : 1));
  return [...modules, ...uses];
}

/** The file of a function: everything but the lines of its body follows from the spec. */
export function functionModule(inputs: FunctionInputs, body: readonly string[]): string {
  const { package: packageName, function: spec } = inputs;
  const source = body.join('\n');
  const needed = functionImports(inputs).filter((imported) => imported.needed.test(source));
  const groups = (['standard', 'own'] as const).map((group) =>
    needed.filter((imported) => imported.group === group).map((imported) => imported.source),
  );
  const head = [`"""${moduleDocstring(packageName, spec.name)}"""`, ...groups.map((lines) => lines.join('\n'))];
  return `${head.filter((part) => part !== '').join('\n\n')}\n\n\n${headOf(spec)}${source}\n`;
}
