import { docstringText } from './python-literal.js';
import type { PackageInputs } from './task-inputs.js';

/** `PACKAGE/__init__.py`: every function importable from the package itself. */
export function packageSource({ package: packageName, title, functions }: PackageInputs): string {
  const names = functions.map(({ name }) => name).sort();
  const imports = names.map((name) => `from ${packageName}.${name} import ${name}`);
  const exported = names.map((name) => `    "${name}",`);
  return [`"""${docstringText(title) || packageName}"""`, '', ...imports, '', '__all__ = [', ...exported, ']', ''].join('\n');
}
