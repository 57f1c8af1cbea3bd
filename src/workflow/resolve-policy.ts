import type { InputFinding } from '../errors/input-finding.js';
import { InvalidInputError } from '../errors/invalid-input-error.js';

/** What an option may be: a number from the least to the most, whole unless it is a share. */
export interface OptionRange {
  readonly least: number;
  readonly most?: number;
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
    const range = Object.hasOwn(ranges, name) ? ranges[name as keyof Policy] : null;
    if (range === null) found('workflow.unknown-option', name.slice(0, 100), `one of ${Object.keys(ranges)}`, value);
    else if (value !== undefined && !isWithin(value, range)) found('workflow.out-of-range', name, describeRange(range), value);
    else policy[name] = value ?? policy[name];
  }
  if (findings.length > 0) throw new InvalidInputError(`The policy of ${definer}`, findings, 'workflow.invalid-policy');
  return policy as Policy;
}

function isWithin(value: unknown, { least, most = Number.MAX_SAFE_INTEGER, fraction = false }: OptionRange): boolean {
  return typeof value === 'number' && value >= least && value <= most && (fraction || Number.isInteger(value));
}

const describeRange = ({ least, most, fraction = false }: OptionRange) =>
  `a ${fraction ? '' : 'whole '}number ${most === undefined ? `of at least ${least}` : `from ${least} to ${most}`}`;
