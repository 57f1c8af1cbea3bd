import type { FunctionParameter, FunctionSpec } from 'kamachiq';
import { commandName } from './function-source.js';
import { docstringText, stringLiteral } from './python-literal.js';
import { itemTypeOf } from './python-types.js';
import type { PackageInputs } from './task-inputs.js';

/** Errors that a function's own arguments cause: told in one line, without a traceback. */
const EXPECTED_ERRORS = ['ArithmeticError', 'LookupError', 'TypeError', 'ValueError'];

/** Subclasses of these that examples may name; catching both would be saying it twice. */
const COVERED = /^(?:FloatingPoint|Index|Key|Overflow|Unicode\w*|ZeroDivision)Error$/;

/** `PACKAGE/__main__.py`: one command for each function. */
export function entrySource({ package: packageName, title, goals, functions }: PackageInputs): string {
  const converters = new Set(functions.flatMap(({ parameters }) => parameters.map(({ type }) => converterOf(type))));
  const sections = [
    MODULE_HEAD(packageName),
    ...CONVERTERS.filter(({ name }) => converters.has(name)).map(({ source }) => source),
    SHOW,
    parserSource(packageName, goals[0] ?? title, functions),
    mainSource(functions),
    'if __name__ == "__main__":\n    sys.exit(main())\n',
  ];
  return sections.join('\n\n');
}

const MODULE_HEAD = (packageName: string) => `"""Command line of the package ${packageName}: one command for each function."""

import argparse
import sys

import ${packageName} as package
`;

const CONVERTERS = [
  {
    name: 'number',
    source: `def number(given):
    """Read a number; one without a fraction stays an int."""
    try:
        return int(given)
    except ValueError:
        return float(given)
`,
  },
  {
    name: 'truth',
    source: `def truth(given):
    """Read true or false."""
    known = {"true": True, "yes": True, "1": True, "false": False, "no": False, "0": False}
    if given.lower() not in known:
        raise ValueError(given)
    return known[given.lower()]
`,
  },
  {
    name: 'text',
    source: `def text(given):
    """Return the text as it was given; "-" stands for all of standard input."""
    return sys.stdin.read() if given == "-" else given
`,
  },
] as const;

const SHOW = `def show(value):
    """Return a result as text: lists on one line, floats without the noise of their last binary digits."""
    if isinstance(value, (list, tuple)):
        return " ".join(show(item) for item in value)
    if not isinstance(value, float):
        return str(value)
    exact, rounded = repr(value), repr(float(f"{value:.15g}"))
    shown = (rounded if len(rounded) < len(exact) - 2 else exact).removesuffix(".0")
    return "0" if shown == "-0" else shown
`;

function parserSource(packageName: string, description: string, functions: readonly FunctionSpec[]): string {
  const lines = [
    'def build_parser():',
    '    """Describe every command and its arguments."""',
    '    parser = argparse.ArgumentParser(',
    `        prog="python -m ${packageName}",`,
    `        description=${stringLiteral(escapeProgram(description))},`,
    '    )',
    '    commands = parser.add_subparsers(dest="command", required=True)',
    ...functions.flatMap(commandLines),
    '    return parser',
  ];
  return `${lines.join('\n')}\n`;
}

function commandLines({ name, sentence, parameters, returns }: FunctionSpec): readonly string[] {
  const plain = docstringText(sentence);
  const destinations = parameters.map((parameter) => `"argument_${parameter.name}"`);
  const tuple = destinations.length === 1 ? `(${destinations[0]},)` : `(${destinations.join(', ')})`;
  return [
    '    command = commands.add_parser(',
    `        "${commandName(name)}",`,
    `        help=${stringLiteral(plain.replaceAll('%', '%%'))},`,
    `        description=${stringLiteral(escapeProgram(plain))},`,
    '    )',
    ...parameters.map(argumentLine),
    `    command.set_defaults(function=package.${name}, arguments=${tuple}, result=${resultTypes(returns)})`,
  ];
}

function argumentLine({ name, type }: FunctionParameter): string {
  const many = itemTypeOf(type) === null ? '' : ', nargs="+"';
  return `    command.add_argument("argument_${name}", metavar="${name.toUpperCase()}", type=${converterOf(type)}${many})`;
}

/** How an argument of the type is read from the command line. */
function converterOf(type: string): string {
  const known: Readonly<Record<string, string>> = { int: 'int', float: 'number', bool: 'truth', str: 'text' };
  return known[itemTypeOf(type) ?? type] ?? 'text';
}

/** What a result of the type may be: a whole number is a float too. */
function resultTypes(returns: string): string {
  if (itemTypeOf(returns) !== null) return '(list, tuple)';
  return returns === 'float' ? '(float, int)' : returns;
}

function mainSource(functions: readonly FunctionSpec[]): string {
  const raised = functions.flatMap(({ examples }) => examples.flatMap((example) => ('raises' in example ? [example.raises] : [])));
  const errors = [...new Set([...EXPECTED_ERRORS, ...raised.filter((name) => !COVERED.test(name))])].sort();
  return `def main(arguments=None):
    """Run one command; return its exit code."""
    given = list(sys.argv[1:] if arguments is None else arguments)
    if given and not given[0].startswith("-"):
        given[0] = given[0].replace("_", "-")
        if len(given) > 1 and given[1] not in ("-h", "--help", "--"):
            # What follows a command is never an option, or negative numbers could be taken for one.
            given.insert(1, "--")
    parsed = build_parser().parse_args(given)
    try:
        result = parsed.function(*(getattr(parsed, name) for name in parsed.arguments))
        if parsed.result is int and isinstance(result, float) and result.is_integer():
            result = int(result)
        if not isinstance(result, parsed.result):
            raise TypeError(f"the result is of type {type(result).__name__}")
    except (${errors.join(', ')}) as error:
        print(f"error: {next(reversed(error.args), None) or type(error).__name__}", file=sys.stderr)
        return 1
    try:
        shown = show(result)
    except ValueError:
        # Python does not write out integers of thousands of digits.
        print("error: the result is too large", file=sys.stderr)
        return 1
    print(shown)
    return 0
`;
}

/** argparse fills in a description only where it names the program. */
function escapeProgram(text: string): string {
  return text.includes('%(prog)') ? text.replaceAll('%', '%%') : text;
}
