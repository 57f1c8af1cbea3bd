import { ArtifactError } from '../errors/artifact-error.js';
import type { ArtifactReference } from './artifact-store.js';

/**
 * The hash of a reference that came from outside: only 64 hexadecimal digits may become a part of a path or a key.
 *
 * @throws ArtifactError `artifact.missing`: no store gave such a reference.
 *
 * @public
 */
export function requireArtifactHash({ sha256 }: ArtifactReference): string {
  if (typeof sha256 === 'string' && /^[0-9a-f]{64}$/.test(sha256)) return sha256;
  const came = typeof sha256 === 'string' ? JSON.stringify((sha256 as string).slice(0, 80)) : `a value of type ${typeof sha256}`;
  throw new ArtifactError({
    code: 'artifact.missing',
    message: `Expected 64 hexadecimal digits, got ${came}.`,
    remedy: 'Pass a reference that a store gave.',
  });
}
