import { createHash, randomBytes } from 'node:crypto';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { downloadFile, downloadText } from './download-file.mjs';
import { startLocalServer } from './fixtures/local-server.mjs';

const content = randomBytes(300_000);
const sha256 = createHash('sha256').update(content).digest('hex');

describe('downloadFile', () => {
  let folder;
  let server;
  const serve = async (handle) => {
    server = await startLocalServer(handle);
    return server.address;
  };
  const target = () => join(folder, 'file');

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'download-'));
  });
  afterEach(async () => {
    vi.unstubAllEnvs();
    await server?.close();
    server = undefined;
    rmSync(folder, { recursive: true });
  });

  it('writes what the server sends and reports its hash, size and progress', async () => {
    const address = await serve((_request, response) => response.writeHead(200, { 'content-length': content.length }).end(content));
    const seen = [];
    const came = await downloadFile(`${address}/a`, target(), { limitBytes: 1e6, onProgress: (bytes, total) => seen.push([bytes, total]) });
    expect(came).toEqual({ sha256, bytes: content.length });
    expect(readFileSync(target()).equals(content)).toBe(true);
    expect(seen.at(-1)).toEqual([content.length, content.length]);
  });

  it('follows redirects', async () => {
    const address = await serve((request, response) => {
      if (request.url === '/b') response.end(content);
      else response.writeHead(302, { location: '/b' }).end();
    });
    expect((await downloadFile(`${address}/a`, target(), { limitBytes: 1e6 })).sha256).toBe(sha256);
  });

  it('gives up on redirects in a circle', async () => {
    const address = await serve((_request, response) => response.writeHead(302, { location: '/again' }).end());
    await expect(downloadFile(`${address}/a`, target(), { limitBytes: 1e6 })).rejects.toThrow('redirects in a circle');
  });

  it('does not take a truncated answer for the file', async () => {
    const address = await serve((_request, response) => {
      response.writeHead(200, { 'content-length': content.length });
      response.write(content.subarray(0, 1_000), () => response.destroy());
    });
    await expect(downloadFile(`${address}/a`, target(), { limitBytes: 1e6 })).rejects.toMatchObject({ name: 'TransferError' });
  });

  it('names a server that resets the connection', async () => {
    const address = await serve((request) => request.socket.resetAndDestroy());
    await expect(downloadFile(`${address}/a`, target(), { limitBytes: 1e6 })).rejects.toThrow(/127\.0\.0\.1:\d+ could not be read \(ECONNRESET\)/);
    expect(existsSync(target())).toBe(false);
  });

  it('names a server that is not there', async () => {
    const address = await serve(() => {});
    await server.close();
    server = undefined;
    await expect(downloadFile(`${address}/a`, target(), { limitBytes: 1e6 })).rejects.toThrow('ECONNREFUSED');
  });

  it('gives up on a server that falls silent', async () => {
    const address = await serve((_request, response) => void response.writeHead(200).write('beginning'));
    await expect(downloadFile(`${address}/a`, target(), { limitBytes: 1e6, stallTimeoutMs: 50 })).rejects.toThrow('fell silent');
  });

  it('cuts off an answer that is larger than allowed', async () => {
    const address = await serve((_request, response) => response.end(content));
    await expect(downloadFile(`${address}/a`, target(), { limitBytes: 1_000 })).rejects.toThrow('sent more than 1000 bytes');
  });

  it('passes on a refusal', async () => {
    const address = await serve((_request, response) => response.writeHead(404).end());
    await expect(downloadFile(`${address}/a`, target(), { limitBytes: 1e6 })).rejects.toThrow('answered 404');
  });

  it('never resumes or overwrites a file that is already there', async () => {
    const address = await serve((_request, response) => response.end(content));
    writeFileSync(target(), content.subarray(0, 1_000));
    await expect(downloadFile(`${address}/a`, target(), { limitBytes: 1e6 })).rejects.toMatchObject({ code: 'EEXIST' });
    expect(readFileSync(target()).length).toBe(1_000);
  });

  it('goes through the proxy that the environment names', async () => {
    const proxy = await serve((_request, response) => response.end(content));
    vi.stubEnv('http_proxy', proxy);
    vi.stubEnv('no_proxy', '');
    expect((await downloadFile('http://kamachiq.invalid/file', target(), { limitBytes: 1e6 })).sha256).toBe(sha256);
    expect(server.requests).toEqual(['http://kamachiq.invalid/file']);
  });

  it('stops when it is told to', async () => {
    const controller = new AbortController();
    const address = await serve((_request, response) => void response.writeHead(200).write(content, () => controller.abort()));
    await expect(downloadFile(`${address}/a`, target(), { limitBytes: 1e6, signal: controller.signal })).rejects.toMatchObject({
      name: 'AbortError',
    });
  });

  it('bounds short texts too', async () => {
    const address = await serve((_request, response) => response.end(content));
    await expect(downloadText(`${address}/a`, { limitBytes: 1_000 })).rejects.toThrow('sent more than 1000 bytes');
  });
});
