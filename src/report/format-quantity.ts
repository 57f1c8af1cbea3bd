const UNKNOWN = 'unknown';

/**
 * Writes a whole number with commas between thousands; `unknown` for what isn't a finite number.
 *
 * @internal
 */
export function formatCount(count: number): string {
  if (!Number.isFinite(count)) return UNKNOWN;
  return Math.round(count)
    .toFixed(0)
    .replace(/\B(?=(\d{3})+$)/g, ',');
}

/**
 * Writes a number with its noun. Example: `1 file`, `2 files`.
 *
 * @param plural - Where it isn't the noun with an s.
 *
 * @internal
 */
export function formatNumbered(count: number, noun: string, plural = `${noun}s`): string {
  return `${formatCount(count)} ${count === 1 ? noun : plural}`;
}

/**
 * Writes minutes, fractions to two decimals and from ten on to none; `unknown` for what isn't a finite number. Example: `1,440`, `0.25`.
 *
 * @internal
 */
export function formatMinutes(minutes: number): string {
  return Number.isFinite(minutes) && Math.abs(minutes) < 10 ? String(Math.round(minutes * 100) / 100) : formatCount(minutes);
}

/**
 * Writes a duration in milliseconds with its two largest units; `unknown` for null and for what isn't a duration.
 *
 * @internal
 */
export function formatDuration(milliseconds: number | null): string {
  if (milliseconds === null || !Number.isFinite(milliseconds) || milliseconds < 0) return UNKNOWN;
  if (milliseconds < 1000) return `${Math.round(milliseconds)} ms`;
  if (milliseconds < 59_950) return `${(milliseconds / 1000).toFixed(1)} s`;
  const seconds = Math.round(milliseconds / 1000);
  const two = (value: number) => String(value).padStart(2, '0');
  if (seconds < 3600) return `${Math.floor(seconds / 60)} min ${two(seconds % 60)} s`;
  const minutes = Math.round(seconds / 60);
  if (minutes < 48 * 60) return `${Math.floor(minutes / 60)} h ${two(minutes % 60)} min`;
  const hours = Math.round(minutes / 60);
  return `${formatCount(Math.floor(hours / 24))} d ${hours % 24} h`;
}

/**
 * Writes a score with two decimals, or as many more as it takes to stay on its own side of the threshold; a dash for null.
 *
 * @internal
 */
export function formatScore(score: number | null, threshold = Number.NaN): string {
  if (score === null) return '–';
  if (!Number.isFinite(score)) return UNKNOWN;
  for (let digits = 2; digits < 9; digits += 1) {
    const shown = score.toFixed(digits);
    if (Number.isNaN(threshold) || Math.sign(Number(shown) - threshold) === Math.sign(score - threshold)) return shown;
  }
  return String(score);
}

/** Writes millionths of a dollar as dollars, with no more digits than they have. Example: `$0.0125`. @internal */
export const formatMoney = (microDollars: number): string =>
  Number.isFinite(microDollars) ? `$${(microDollars / 1_000_000).toFixed(6).replace(/0{1,4}$/, '')}` : UNKNOWN;

/**
 * Writes a part of a whole as a percentage; what isn't nothing or everything is not rounded to it.
 *
 * @internal
 */
export function formatPercentage(part: number, whole: number): string {
  const percentage = (part / whole) * 100;
  if (!Number.isFinite(percentage)) return UNKNOWN;
  if (percentage > 0 && percentage < 1) return 'under 1 %';
  if (percentage > 99 && percentage < 100) return '99 %';
  if (percentage > 100 && percentage < 101) return '101 %';
  return `${Math.round(percentage)} %`;
}

/**
 * Writes a size in bytes.
 *
 * @internal
 */
export function formatBytes(bytes: number): string {
  if (!Number.isFinite(bytes)) return UNKNOWN;
  if (bytes < 1000) return `${Math.round(bytes)} B`;
  if (bytes < 1_000_000) return `${(bytes / 1000).toFixed(1)} kB`;
  return `${(bytes / 1_000_000).toFixed(1)} MB`;
}

/**
 * Reads an ISO 8601 time into milliseconds since 1970; null where there is none or it can't be read.
 *
 * @internal
 */
export function parseInstant(text: string | null | undefined): number | null {
  const instant = Date.parse(text ?? '');
  return Number.isNaN(instant) ? null : instant;
}

/**
 * Writes an ISO 8601 time for people, in UTC, to the second.
 *
 * @internal
 */
export function formatInstant(text: string | null): string {
  const instant = parseInstant(text);
  return instant === null
    ? UNKNOWN
    : `${new Date(instant)
        .toISOString()
        .replace(/\.\d+Z$/, '')
        .replace('T', ' ')} UTC`;
}
