import type { FunctionExample, FunctionSpec } from 'kamachiq';
import { callOf, describeExample } from './function-source.js';
import { docstringText, pythonLiteral } from './python-literal.js';
import { itemTypeOf } from './python-types.js';
import type { PackageInputs } from './task-inputs.js';

/** `tests/test_PACKAGE.py`: one test for each example of each function. */
export function testSuiteSource({ package: packageName, functions }: PackageInputs): string {
  const tested = functions.filter(({ examples }) => examples.length > 0);
  const comparesFloats = tested.some(({ returns, examples }) => isFloat(returns) && examples.some((example) => 'returns' in example));
  const sections = [
    `"""Tests of the package ${packageName}, one for each example of its specification."""\n\nimport unittest\n\nimport ${packageName}\n`,
    ...(comparesFloats ? [CLOSE_TO] : []),
    ...tested.map((spec, index) => testCase(packageName, spec, className(tested, index))),
  ];
  return sections.join('\n\n');
}

const isFloat = (type: string): boolean => (itemTypeOf(type) ?? type) === 'float';

/** The same tolerance with which the host compares. */
const CLOSE_TO = `class FloatTestCase(unittest.TestCase):
    """Compares floats to nine significant digits."""

    def assert_close(self, seen, expected):
        """Fail unless both numbers are as good as equal."""
        self.assertAlmostEqual(seen, expected, delta=1e-9 * abs(expected))

    def assert_all_close(self, seen, expected):
        """Fail unless both lists hold as good as equal numbers."""
        self.assertEqual(len(seen), len(expected))
        for one, other in zip(seen, expected):
            self.assert_close(one, other)
`;

/** Names that differ in underscores alone would give one class, and the later would hide the tests of the earlier. */
function className(functions: readonly FunctionSpec[], index: number): string {
  const titles = functions.map(({ name }) =>
    name
      .split('_')
      .map((word) => word.charAt(0).toUpperCase() + word.slice(1))
      .join(''),
  );
  const title = titles[index]!;
  return titles.indexOf(title) === index ? `Test${title}` : `Test${title}Number${index + 1}`;
}

function testCase(packageName: string, spec: FunctionSpec, title: string): string {
  const { name, returns, examples } = spec;
  const base = isFloat(returns) && examples.some((example) => 'returns' in example) ? 'FloatTestCase' : 'unittest.TestCase';
  const tests = examples.map((example, index) =>
    [
      `    def test_${name}_${index + 1}(self):`,
      `        """${docstringText(describeExample(name, example))}."""`,
      ...assertion(packageName, spec, example).map((line) => `        ${line}`),
      '',
    ].join('\n'),
  );
  return `class ${title}(${base}):\n    """The function ${name}."""\n\n${tests.join('\n')}`;
}

function assertion(packageName: string, { name, returns }: FunctionSpec, example: FunctionExample): readonly string[] {
  const call = `${packageName}.${callOf(name, example)}`;
  if ('raises' in example) return [`with self.assertRaises(${example.raises}):`, `    ${call}`];
  const expected = pythonLiteral(example.returns);
  if (isFloat(returns)) return [`self.${itemTypeOf(returns) === null ? 'assert_close' : 'assert_all_close'}(${call}, ${expected})`];
  return [typeof example.returns === 'boolean' ? `self.assertIs(${call}, ${expected})` : `self.assertEqual(${call}, ${expected})`];
}
