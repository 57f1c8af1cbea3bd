import { SetupError } from './setup-error.mjs';

/** The C library of a Linux system: `glibc`, or `musl` where Node reports none. */
function readCLibrary() {
  // Otherwise the report looks up the names of all network peers, which can take seconds.
  process.report.excludeNetwork = true;
  return process.report.getReport().header.glibcVersionRuntime === undefined ? 'musl' : 'glibc';
}

/**
 * Names the system this runs on as `<system>-<processor>`, and refuses those for which a part does not exist.
 *
 * @param {Readonly<Record<string, string>>} supported - Platform to the words for it.
 * @param {{ platform?: string, architecture?: string, cLibrary?: string }} [host]
 * @returns {string} A key of `supported`.
 * @throws {SetupError} For any other system, listing what is supported.
 */
export function requireSupportedPlatform(supported, host = {}) {
  const { platform = process.platform, architecture = process.arch } = host;
  const cLibrary = host.cLibrary ?? (platform === 'linux' ? readCLibrary() : undefined);
  const key = `${platform}-${architecture}`;
  if (key in supported && cLibrary !== 'musl') return key;
  const came = cLibrary === 'musl' ? `${key} with musl` : key;
  throw new SetupError(`kamachiq does not run on ${came}. Supported: ${Object.values(supported).join(', ')}.`, {
    remedy: platform === 'win32' ? 'Use Windows Subsystem for Linux.' : '',
  });
}
