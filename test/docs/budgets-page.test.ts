import { readFileSync } from 'node:fs';
import { stripTypeScriptTypes } from 'node:module';
import { inspect } from 'node:util';
import * as kamachiq from 'kamachiq';
import { describe, expect, it } from 'vitest';

const page = readFileSync(new URL('../../docs/budgets.md', import.meta.url), 'utf8');

describe('docs/budgets.md', () => {
  it('shows what its example prints', () => {
    const [, code, shown] = /<!-- runs -->\n```ts check\n(.*?)```\n\nprints\n\n```text\n(.*?)```/s.exec(page)!;
    const printed: string[] = [];
    const log = (...values: readonly unknown[]) => printed.push(values.map((value) => inspect(value)).join(' '));
    const script = stripTypeScriptTypes(code!.replace("from 'kamachiq';", '= kamachiq;').replace('import {', 'const {'));
    new Function('kamachiq', 'console', script)(kamachiq, { log });
    expect(`${printed.join('\n')}\n`).toBe(shown);
  });

  it('names operations that there are', () => {
    const named = [...page.matchAll(/`(\w+)\(/g)].map(([, name]) => name!);
    const ledger = new kamachiq.BudgetLedger({ tokens: 1, microDollars: null });
    expect(named.length).toBeGreaterThan(8);
    expect(named.filter((name) => typeof (Reflect.get(ledger, name) ?? Reflect.get(kamachiq, name)) !== 'function')).toEqual([]);
  });
});
