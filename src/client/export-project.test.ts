import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { FilesystemArtifactStore } from '../worker/filesystem-artifact-store.js';
import type { ProjectResult } from '../workflow/project-types.js';
import { exportProject } from './export-project.js';

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

  it.each(['../outside', '/etc/passwd', 'a/../../b', '.git/hooks/post-checkout'])('writes nothing when a path is %s', async (path) => {
    const target = join(folder, 'unsafe');
    await expect(exportProject(await resultWith(['good.py', path]), store, target)).rejects.toMatchObject({ code: 'export.unsafe-path' });
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
