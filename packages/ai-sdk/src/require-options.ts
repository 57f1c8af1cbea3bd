import { type InputFinding, InvalidInputError } from 'kamachiq';

/** The longest time that the runtime's clocks keep, in milliseconds, nearly 25 days; of a longer one they make no time at all. */
export const LONGEST_TIME = 2 ** 31 - 1;

/**
 * Refuses options that are out of their range.
 *
 * @param subject - Whose options they are. Example: `aiSdkModel options`.
 * @param options - Each with the greatest number that it can be; one that is left out is not looked at.
 * @throws InvalidInputError naming every option that is no whole number from 1 to that, as `model.invalid-option`.
 */
export function requireOptions(subject: string, options: Readonly<Record<string, readonly [value: number | undefined, most: number]>>): void {
  const findings = Object.entries(options).flatMap(([path, [value, most]]): readonly InputFinding[] =>
    value === undefined || (Number.isSafeInteger(value) && value >= 1 && value <= most)
      ? []
      : [{ code: 'model.invalid-option', path, expected: `a whole number from 1 to ${most}`, got: String(value).slice(0, 100) }],
  );
  if (findings.length > 0) throw new InvalidInputError(subject, findings);
}
