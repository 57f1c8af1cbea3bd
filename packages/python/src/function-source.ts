import type { FunctionExample, FunctionSpec } from 'kamachiq';
import { docstringText, pythonLiteral } from './python-literal.js';

/** The first line of the function: name, parameters and types as the spec has them. */
export function signatureOf({ name, parameters, returns }: FunctionSpec): string {
  return `def ${name}(${parameters.map((parameter) => `${parameter.name}: ${parameter.type}`).join(', ')}) -> ${returns}:`;
}

/** Signature and docstring: everything of the function that is not its body. Ends with a line break. */
export function headOf(spec: FunctionSpec): string {
  return `${signatureOf(spec)}\n    """${docstringText(spec.sentence)}"""\n`;
}

/** The call of an example as Python writes it. Example: `pick([], 0)`. */
export function callOf(name: string, { arguments: given }: FunctionExample): string {
  return `${name}(${given.map(pythonLiteral).join(', ')})`;
}

/** An example in words. Example: `pick([], 0) raises IndexError`. */
export function describeExample(name: string, example: FunctionExample): string {
  return `${callOf(name, example)} ${'raises' in example ? `raises ${example.raises}` : `returns ${pythonLiteral(example.returns)}`}`;
}

/** Path of the file that holds the function: one function a file. */
export const functionPath = (packageName: string, name: string): string => `${packageName}/${name}.py`;

/** What the program calls the function: dashes, as commands have them. */
export const commandName = (name: string): string => name.replaceAll('_', '-');
