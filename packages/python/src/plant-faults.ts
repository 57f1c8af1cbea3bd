import type { FunctionSpec, PlantedFault, SourceFile } from 'kamachiq';
import { functionPath } from './function-source.js';
import { itemTypeOf } from './python-types.js';

/**
 * Plants in each function of a finished project, one at a time, every fault that its examples can show: a result of the right type that is
 * wrong, and silence where an error belongs. Works whatever the body is: code behind it binds the name anew.
 */
export function plantFaults(files: readonly SourceFile[], functions: readonly FunctionSpec[], packageName: string): readonly PlantedFault[] {
  return functions.flatMap((spec) => {
    const path = functionPath(packageName, spec.name);
    if (!files.some((file) => file.path === path)) return [];
    const plant = (description: string, code: string): PlantedFault => ({
      description: `${spec.name} ${description}`,
      files: files.map((file) => (file.path === path ? { path, text: `${file.text}\n\n${code}` } : file)),
    });
    const returns = spec.examples.some((example) => 'returns' in example);
    const raises = spec.examples.some((example) => 'raises' in example);
    return [
      ...(returns ? [plant('returns something else', wrongResult(spec))] : []),
      ...(raises ? [plant('raises nothing', silentError(spec))] : []),
    ];
  });
}

// The right function stays reachable as a default value: no name of the module can collide with it.
const wrongResult = ({ name, returns }: FunctionSpec) => `def ${name}(*given, _right=${name}):
    result = _right(*given)
    return ${otherThanResult(returns)}
`;

const silentError = ({ name, returns }: FunctionSpec) => `def ${name}(*given, _right=${name}):
    try:
        return _right(*given)
    except Exception:
        return ${emptyValue(returns)}
`;

/** An expression that differs from `result` for every finite value of the type. */
function otherThanResult(type: string): string {
  const itemType = itemTypeOf(type);
  if (itemType !== null) return `[*result, ${emptyValue(itemType)}]`;
  switch (type) {
    case 'bool':
      return 'not result';
    case 'str':
      return 'result + "?"';
    default:
      // Adding 1 alone would be lost in the rounding of a large float.
      return 'result + abs(result) + 1';
  }
}

function emptyValue(type: string): string {
  if (itemTypeOf(type) !== null) return '[]';
  const values: Readonly<Record<string, string>> = { bool: 'False', str: '""', float: '0.0', int: '0' };
  return values[type] ?? 'None';
}
