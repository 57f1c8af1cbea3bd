/**
 * Where two JSON texts part, with what stands around it in both; null where they are the same.
 */
export function firstDifference(expected: string, came: string): string | null {
  if (expected === came) return null;
  let at = 0;
  while (expected[at] === came[at]) at += 1;
  const around = (text: string) => text.slice(Math.max(0, at - BEFORE), at + AFTER);
  return `from character ${at} on: expected …${around(expected)}…, got …${around(came)}…`;
}

const BEFORE = 120;
const AFTER = 160;
