import { existsSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { installPackages } from './install-packages.mjs';

let folder;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'install-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

describe('installPackages', () => {
  it("refuses a node_modules that is a link, since npm would empty the other checkout's", async () => {
    const [root, other] = [join(folder, 'root'), join(folder, 'other')];
    for (const directory of [root, other]) mkdirSync(directory);
    writeFileSync(join(other, 'package'), 'installed');
    writeFileSync(join(root, 'package.json'), '{"name":"root","version":"1.0.0"}');
    writeFileSync(
      join(root, 'package-lock.json'),
      '{"name":"root","version":"1.0.0","lockfileVersion":3,"packages":{"":{"name":"root","version":"1.0.0"}}}',
    );
    symlinkSync(other, join(root, 'node_modules'));
    await expect(installPackages(root)).rejects.toThrow(`is a link to ${other}, which installing the packages would empty`);
    expect(existsSync(join(other, 'package'))).toBe(true);
  });
});
