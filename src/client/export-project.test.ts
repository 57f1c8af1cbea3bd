import { mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { FilesystemArtifactStore } from '../worker/filesystem-artifact-store.js';
import type { ProjectResult } from '../workflow/project-types.js';
import { exportFiles } from './export-files.js';
import { exportProject } from './export-project.js';
import { readManifest } from './read-manifest.js';

let folder: string;
let store: FilesystemArtifactStore;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'kamachiq-export-'));
  store = new FilesystemArtifactStore(join(folder, 'artifacts'));
});
afterAll(async () => rm(folder, { recursive: true, force: true }));

const put = (text: string) => store.doPut(new TextEncoder().encode(text), 'text/plain');
const resultWith = async (paths: readonly string[]): Promise<Pick<ProjectResult, 'manifest' | 'report'>> => {
  const files = await Promise.all(
    paths.map(async (path) => ({ path, content: await put(`content of ${path}`), taskId: 't', madeBy: { kind: 'template', template: 't/1' } })),
  );
  return { manifest: await put(JSON.stringify({ files })), report: { json: await put('{}'), markdown: await put('#'), html: await put('<p>') } };
};

describe('exportProject', () => {
  it('writes files and report', async () => {
    const target = join(folder, 'whole');
    const exported = await exportProject(await resultWith(['a.py', 'b/c/d.py']), store, target);
    expect(await readFile(join(exported.project, 'b/c/d.py'), 'utf8')).toBe('content of b/c/d.py');
    expect((await readdir(target)).sort()).toEqual(['project', 'report.html', 'report.json', 'report.md']);
  });

  it('writes into a folder that is named with a slash at the end', async () => {
    await exportProject(await resultWith(['a.py']), store, `${join(folder, 'slash')}/`);
    expect((await readdir(join(folder, 'slash'))).sort()).toEqual(['project', 'report.html', 'report.json', 'report.md']);
    expect((await readdir(folder)).filter((name) => name.startsWith('slash'))).toEqual(['slash']);
  });

  it('leaves a folder alone that is there already, an empty one too', async () => {
    const target = join(folder, 'of-somebody-else');
    await mkdir(target, { mode: 0o700 });
    await expect(exportProject(await resultWith(['a.py']), store, target)).rejects.toMatchObject({ code: 'export.exists' });
    expect((await stat(target)).mode & 0o777).toBe(0o700);
    expect((await readdir(folder)).filter((name) => name.startsWith('of-somebody-else'))).toEqual(['of-somebody-else']);
  });

  it('makes the folder of the files also where there are none', async () => {
    const { project } = await exportProject(await resultWith([]), store, join(folder, 'none'));
    expect(await readdir(project)).toEqual([]);
  });

  it.each(['../outside', '/etc/passwd', 'a/../../b', '.git/hooks/post-checkout'])('writes nothing when a path is %s', async (path) => {
    const target = join(folder, 'unsafe');
    const result = await resultWith(['good.py', path]);
    await expect(exportProject(result, store, target)).rejects.toMatchObject({ code: 'export.unsafe-path' });
    await expect(exportFiles(result.manifest, store, target)).rejects.toMatchObject({ code: 'export.unsafe-path' });
    expect((await readdir(folder)).sort()).not.toContain('unsafe');
    expect((await readdir(folder)).filter((name) => name.startsWith('unsafe'))).toEqual([]);
  });

  it('touches nothing that is there already', async () => {
    const target = join(folder, 'taken');
    await mkdir(target);
    await writeFile(join(target, 'mine'), 'mine');
    await expect(exportProject(await resultWith(['a.py']), store, target)).rejects.toMatchObject({ code: 'export.exists' });
    expect(await readdir(target)).toEqual(['mine']);
    expect((await readdir(folder)).filter((name) => name.startsWith('taken.'))).toEqual([]);
  });
});

describe('exportFiles', () => {
  it('writes exactly the files of a manifest', async () => {
    const target = join(folder, 'files');
    const { manifest } = await resultWith(['a.py', 'b/c/d.py']);
    expect((await exportFiles(manifest, store, target)).map(({ path }) => path)).toEqual(['a.py', 'b/c/d.py']);
    expect((await readdir(target, { recursive: true })).sort()).toEqual(['a.py', 'b', 'b/c', 'b/c/d.py']);
    expect(await readFile(join(target, 'b/c/d.py'), 'utf8')).toBe('content of b/c/d.py');
    await expect(exportFiles(manifest, store, `${target}/`)).rejects.toMatchObject({ code: 'export.exists' });
  });

  it('leaves nothing when a content is missing', async () => {
    const content = { sha256: '0'.repeat(64), bytes: 1, mediaType: 'text/plain' };
    const files = [
      ...(await readManifest((await resultWith(['a.py'])).manifest, store)),
      { path: 'lost.py', content, taskId: 't', madeBy: { kind: 'template', template: 't/1' } },
    ];
    await expect(exportFiles(await put(JSON.stringify({ files })), store, join(folder, 'lost'))).rejects.toMatchObject({ code: 'artifact.missing' });
    expect((await readdir(folder)).filter((name) => name.startsWith('lost'))).toEqual([]);
  });
});

describe('readManifest', () => {
  it.each(['', 'text', 'null', '[]', '{}', '{"files":{}}', '{"files":[null]}', '{"files":[{"path":1}]}', '{"files":[{"path":"a"}]}'])(
    'refuses %j, which is none',
    async (text) => {
      await expect(readManifest(await put(text), store)).rejects.toMatchObject({ code: 'export.invalid-manifest' });
    },
  );
});
