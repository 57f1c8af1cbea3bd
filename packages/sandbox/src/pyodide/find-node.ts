import { execFile } from 'node:child_process';
import { realpathSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { promisify } from 'node:util';
import { SandboxError } from 'kamachiq';

/** The first version whose permission model closes the network too. */
const OLDEST_NODE = 26;

/** A Node that can seal generated code. */
export interface NodeExecutable {
  readonly file: string;
  /** Example: `26.10.0`. */
  readonly version: string;
}

/**
 * Finds a Node of version 26 or later: the one named, the one in the environment variable `KAMACHIQ_NODE`, the one that runs this, the npm package
 * `node`, then the PATH. One that was named must itself do: another is never used in its place.
 *
 * @throws SandboxError `sandbox.node-too-old`.
 */
export async function findNode(named?: string): Promise<NodeExecutable> {
  const chosen = named ?? process.env.KAMACHIQ_NODE;
  const refused: string[] = [];
  for (const file of chosen ? [chosen] : candidates()) {
    const version = file === process.execPath ? process.versions.node : await askVersion(file);
    if (version !== null && Number.parseInt(version, 10) >= OLDEST_NODE) return { file: realpathSync(file), version };
    refused.push(`${file} (${version ?? 'does not run'})`);
  }
  throw new SandboxError({
    code: 'sandbox.node-too-old',
    message: `Expected Node ${OLDEST_NODE} or later to close the network and the files to generated code, got ${refused.join(', ') || 'none'}.`,
    remedy: `Install one with: npm install node@${OLDEST_NODE}. Or name one in the environment variable KAMACHIQ_NODE.`,
    context: { refused },
  });
}

function candidates(): readonly string[] {
  const onPath = (process.env.PATH ?? '').split(path.delimiter).filter((folder) => path.isAbsolute(folder));
  const found = [process.execPath, ...packagedNodes(), ...onPath.map((folder) => path.join(folder, 'node'))].flatMap((file) => realFile(file) ?? []);
  return [...new Set(found)];
}

function packagedNodes(): readonly string[] {
  return [import.meta.url, path.join(process.cwd(), 'package.json')].flatMap((from) => {
    try {
      return [path.join(path.dirname(createRequire(from).resolve('node/package.json')), 'bin', 'node')];
    } catch {
      return [];
    }
  });
}

/** One file may be reached by several names. */
function realFile(file: string): string | null {
  try {
    return realpathSync(file);
  } catch {
    return null;
  }
}

async function askVersion(file: string): Promise<string | null> {
  try {
    const { stdout } = await promisify(execFile)(file, ['--version'], { env: {}, timeout: 20_000 });
    return /^v(\d+\.\d+\.\d+)/.exec(stdout)?.[1] ?? null;
  } catch {
    return null;
  }
}
