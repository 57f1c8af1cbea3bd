import { closeSync, existsSync, mkdtempSync, openSync, rmSync, writeFileSync, writeSync } from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { findCacheDirectory } from './cache-directory.mjs';
import { describeFileSystemError } from './file-system-error.mjs';
import { requireSupportedPlatform } from './platform.mjs';
import { createReporter } from './reporter.mjs';
import { hashSources } from './source-hash.mjs';

const supported = { 'linux-x64': 'Linux x64 (glibc)', 'darwin-arm64': 'macOS arm64' };

describe('requireSupportedPlatform', () => {
  it('names this machine', () => {
    expect(requireSupportedPlatform({ [`${process.platform}-${process.arch}`]: 'this one' })).toBe(`${process.platform}-${process.arch}`);
  });

  it.each([
    [{ platform: 'win32', architecture: 'x64' }, 'win32-x64'],
    [{ platform: 'linux', architecture: 'riscv64', cLibrary: 'glibc' }, 'linux-riscv64'],
    [{ platform: 'linux', architecture: 'x64', cLibrary: 'musl' }, 'linux-x64 with musl'],
    [{ platform: '__proto__', architecture: '' }, '__proto__-'],
  ])('refuses %j, listing what is supported', (host, name) => {
    expect(() => requireSupportedPlatform(supported, host)).toThrow(`kamachiq does not run on ${name}. Supported: Linux x64 (glibc), macOS arm64.`);
  });
});

describe('findCacheDirectory', () => {
  it.each([
    [{ KAMACHIQ_CACHE: '/a', XDG_CACHE_HOME: '/b', HOME: '/c' }, 'linux', '/a'],
    [{ XDG_CACHE_HOME: '/b', HOME: '/c' }, 'linux', '/b/kamachiq'],
    [{ XDG_CACHE_HOME: 'relative', HOME: '/c' }, 'linux', '/c/.cache/kamachiq'],
    [{ HOME: '/c' }, 'darwin', '/c/Library/Caches/kamachiq'],
    [{}, 'linux', join(homedir(), '.cache', 'kamachiq')],
  ])('with %j on %s is %s', (environment, platform, directory) => {
    expect(findCacheDirectory(environment, platform)).toBe(directory);
  });
});

describe('describeFileSystemError', () => {
  it.skipIf(!existsSync('/dev/full'))('says that the disk is full, in one line [needs /dev/full]', () => {
    const full = openSync('/dev/full', 'w');
    let error;
    try {
      writeSync(full, 'x');
    } catch (came) {
      error = came;
    }
    closeSync(full);
    expect(describeFileSystemError(error, '/cache').message).toBe('The disk is full (ENOSPC): /cache could not be written.');
  });

  it('leaves other errors alone, also those of programs and connections that were refused', () => {
    for (const error of [
      new Error('x'),
      undefined,
      Object.assign(new Error('x'), { code: 'EACCES', syscall: 'spawn python3' }),
      Object.assign(new Error('x'), { code: 'EPERM', syscall: 'connect' }),
    ]) {
      expect(describeFileSystemError(error, '/cache')).toBe(error);
    }
  });
});

describe('createReporter', () => {
  const record = (isTTY) => {
    const written = [];
    const reporter = createReporter({ isTTY, write: (text) => written.push(text) });
    const meter = reporter.meter('Model', 4_000_000);
    for (let bytes = 0; bytes <= 4_000_000; bytes += 10_000) meter.update(bytes);
    meter.done();
    reporter.line('ready');
    return written;
  };

  it('writes a plain line each quarter where nobody watches', () => {
    expect(record(false)).toEqual([
      'set-up: Model: 0.0 MB of 4.0 MB, 0 %\n',
      'set-up: Model: 1.0 MB of 4.0 MB, 25 %\n',
      'set-up: Model: 2.0 MB of 4.0 MB, 50 %\n',
      'set-up: Model: 3.0 MB of 4.0 MB, 75 %\n',
      'set-up: Model: 4.0 MB of 4.0 MB, 100 %\n',
      'set-up: ready\n',
    ]);
  });

  it('rewrites one line on a terminal and ends it', () => {
    const written = record(true);
    expect(written.at(-3)).toBe('\r\x1b[2Kset-up: Model: 4.0 MB of 4.0 MB, 100 %');
    expect(written.slice(-2)).toEqual(['\n', 'set-up: ready\n']);
    expect(written.slice(0, -2).every((text) => text.startsWith('\r') && !text.includes('\n'))).toBe(true);
  });
});

describe('hashSources', () => {
  it('changes with a name or a content, and not with a test or a build', () => {
    const folder = mkdtempSync(join(tmpdir(), 'sources-'));
    const at = (name) => join(folder, name);
    const hash = () => hashSources(folder, [folder, at('absent')]);
    try {
      writeFileSync(at('a.ts'), 'one');
      const first = hash();
      writeFileSync(at('a.test.ts'), 'test');
      expect(hash()).toBe(first);
      writeFileSync(at('a.ts'), 'two');
      const second = hash();
      writeFileSync(at('b.ts'), '');
      expect(new Set([first, second, hash()]).size).toBe(3);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});
