import type { InputFinding } from '../errors/input-finding.js';
import { InvalidInputError } from '../errors/invalid-input-error.js';

/** What an option may be: a number from the least to the most, whole unless it is a share; or a list of words, each once. */
export type OptionRange = NumberRange | { readonly anyOf: readonly string[] };

interface NumberRange {
  readonly least: number;
  readonly most?: number;
  /** Name of the option that is the most. */
  readonly mostBy?: string;
  readonly fraction?: boolean;
}

/**
 * Puts given options over the defaults; one that is undefined counts as left out.
 *
 * @param definer - Whose options they are, as the host knows it. Example: `defineProjectWorkflow`.
 * @throws InvalidInputError `workflow.invalid-policy` with every option that is unknown or out of its range.
 */
export function resolvePolicy<Policy extends object>(
  definer: string,
  defaults: Policy,
  ranges: { readonly [Name in keyof Policy]: OptionRange },
  given: Partial<Policy>,
): Policy {
  const findings: InputFinding[] = [];
  const found = (code: string, path: string, expected: string, value: unknown) =>
    findings.push({ code, path, expected, got: typeof value === 'number' ? `${value}` : typeof value });
  const policy = { ...defaults } as Record<string, unknown>;
  for (const [name, value] of Object.entries(given ?? {})) {
    if (Object.hasOwn(ranges, name) && value !== undefined) policy[name] = value;
  }
  for (const [name, range] of Object.entries<OptionRange>(ranges)) {
    const value = policy[name];
    const most = 'mostBy' in range ? policy[range.mostBy!] : undefined;
    const within = typeof most === 'number' ? { ...range, most } : range;
    if (!isWithin(value, within)) found('workflow.out-of-range', name, describeRange(within), value);
  }
  for (const [name, value] of Object.entries(given ?? {})) {
    if (!Object.hasOwn(ranges, name)) found('workflow.unknown-option', name.slice(0, 100), `one of ${Object.keys(ranges)}`, value);
  }
  if (findings.length > 0) throw new InvalidInputError(`The policy of ${definer}`, findings, 'workflow.invalid-policy');
  return policy as Policy;
}

function isWithin(value: unknown, range: OptionRange): boolean {
  if ('anyOf' in range) return Array.isArray(value) && new Set(value).size === value.length && value.every((word) => range.anyOf.includes(word));
  const { least, most = Number.MAX_SAFE_INTEGER, fraction = false } = range;
  return typeof value === 'number' && value >= least && value <= most && (fraction || Number.isInteger(value));
}

function describeRange(range: OptionRange): string {
  if ('anyOf' in range) return `a list of ${range.anyOf.join(', ')}, each at most once`;
  const { least, most, fraction = false } = range;
  return `a ${fraction ? '' : 'whole '}number ${most === undefined ? `of at least ${least}` : `from ${least} to ${most}`}`;
}
