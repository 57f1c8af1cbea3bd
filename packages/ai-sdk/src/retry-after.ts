/** Nobody waits longer than this on a header's word. */
const LONGEST = 24 * 60 * 60 * 1000;

/**
 * The delay a provider asks for, in milliseconds; null where it names none, or nothing readable.
 *
 * Reads `retry-after-ms`, then `retry-after` in seconds or as an HTTP date; at most a day.
 */
export function retryAfterMilliseconds(headers: Readonly<Record<string, string>>, now: number): number | null {
  const milliseconds = asNumber(headers['retry-after-ms']);
  if (milliseconds !== null) return clamp(milliseconds);
  const header = headers['retry-after'];
  const seconds = asNumber(header);
  if (seconds !== null) return clamp(seconds * 1000);
  const date = header === undefined ? Number.NaN : Date.parse(header);
  return Number.isNaN(date) ? null : clamp(date - now);
}

function asNumber(header: string | undefined): number | null {
  return header !== undefined && /^\s*\d+(?:\.\d+)?\s*$/.test(header) ? Number(header) : null;
}

function clamp(milliseconds: number): number {
  return Math.ceil(Math.min(Math.max(milliseconds, 0), LONGEST));
}
