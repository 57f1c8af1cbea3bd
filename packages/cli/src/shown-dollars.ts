/** Micro-dollars as dollars, with as many digits as they need: at least two, and never nothing where there is something. Example: `$0.002`. */
export function shownDollars(microDollars: number): string {
  const [whole = '0', fraction = ''] = (microDollars / 1_000_000).toFixed(6).split('.');
  return `$${whole}.${fraction.replace(/0+$/, '').padEnd(2, '0')}`;
}
