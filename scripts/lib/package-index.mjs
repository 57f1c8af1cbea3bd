import { downloadText } from './download-file.mjs';
import { TransferError } from './open-address.mjs';

/**
 * Asks a Python package index (the simple API, as JSON or as HTML) where one file of a project lies.
 *
 * @param {string} index - Base address, with or without a slash at the end.
 * @param {string} project - Normalised name.
 * @param {string} fileName - Exact name of the file.
 * @param {{ signal?: AbortSignal | undefined, connectTimeoutMs?: number }} [options]
 * @returns {Promise<string>} The address of the file.
 * @throws {TransferError} When the index can't be read or doesn't list the file.
 */
export async function locateInPackageIndex(index, project, fileName, options = {}) {
  const page = `${index.replace(/\/+$/, '')}/${project}/`;
  const accept = 'application/vnd.pypi.simple.v1+json, text/html;q=0.1';
  const { text, address, contentType } = await downloadText(page, { ...options, accept, limitBytes: 20_000_000 });
  const reference = contentType.includes('json') ? findInJson(text, fileName) : findInHtml(text, fileName);
  if (reference === undefined) throw new TransferError(`${new URL(page).host} lists no ${fileName}`);
  const location = new URL(reference, address);
  location.hash = '';
  return location.href;
}

function findInJson(text, fileName) {
  let listing;
  try {
    listing = JSON.parse(text);
  } catch (error) {
    throw new TransferError('the package index answered with broken JSON', { cause: error });
  }
  const file = Array.isArray(listing?.files) ? listing.files.find((candidate) => candidate?.filename === fileName) : undefined;
  return typeof file?.url === 'string' ? file.url : undefined;
}

function findInHtml(text, fileName) {
  for (const [, reference = ''] of text.matchAll(/<a\s[^>]*?href\s*=\s*["']([^"']+)["']/gi)) {
    const path = reference.replaceAll('&amp;', '&').split(/[?#]/, 1)[0] ?? '';
    if (decodeURIComponent(path.slice(path.lastIndexOf('/') + 1)) === fileName) return reference.replaceAll('&amp;', '&');
  }
  return undefined;
}
