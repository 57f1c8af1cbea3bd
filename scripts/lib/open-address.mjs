import http from 'node:http';
import https from 'node:https';

/** A source that could not be used: unreachable, refused, or cut off. The next source is tried. */
export class TransferError extends Error {
  name = 'TransferError';
}

const maximumRedirects = 10;

/**
 * Opens an HTTP(S) address and follows redirects, never from HTTPS to HTTP. Proxies are taken from the environment where Node supports it.
 *
 * @param {string} address
 * @param {{ connectTimeoutMs?: number, stallTimeoutMs?: number, signal?: AbortSignal | undefined, accept?: string }} [options]
 *   `connectTimeoutMs` bounds name look-up, connection and handshake (default 5,000); `stallTimeoutMs` any silence after that (default 30,000).
 * @returns {Promise<{ body: import('node:http').IncomingMessage, address: string, bytes: number | undefined }>} `address` is the last one.
 * @throws {TransferError}
 */
export async function openAddress(address, options = {}) {
  let current = new URL(address);
  for (let hop = 0; hop <= maximumRedirects; hop += 1) {
    const response = await request(current, options);
    const status = response.statusCode ?? 0;
    if (status === 200) {
      const length = response.headers['content-length'];
      return { body: response, address: current.href, bytes: length === undefined ? undefined : Number(length) };
    }
    response.destroy();
    const location = response.headers.location;
    if (status < 300 || status > 399 || location === undefined) throw new TransferError(`${current.host} answered ${status}`);
    const next = new URL(location, current);
    if (current.protocol === 'https:' && next.protocol !== 'https:') throw new TransferError(`${current.host} redirects to an unencrypted address`);
    current = next;
  }
  throw new TransferError(`${new URL(address).host} redirects in a circle`);
}

/** Every failure of the body, cut off or silent, as a TransferError. */
export function describeTransferError(error, host) {
  if (error instanceof TransferError) return error;
  const code = error?.code;
  const networkCodes =
    /^(E(CONN|NOTFOUND|AI_|HOST|NET|TIMEDOUT|PIPE|PROTO)|ERR_(TLS|SSL|STREAM_PREMATURE)|CERT_|UNABLE_TO_|SELF_SIGNED|DEPTH_ZERO|HPE_)/;
  const fromNetwork = error?.syscall === 'connect' || (typeof code === 'string' && networkCodes.test(code));
  return fromNetwork ? new TransferError(`${host} could not be read (${code})`, { cause: error }) : error;
}

function request(url, { connectTimeoutMs = 5_000, stallTimeoutMs = 30_000, signal, accept = '*/*' }) {
  const client = url.protocol === 'https:' ? https : http;
  if (url.protocol !== 'https:' && url.protocol !== 'http:') throw new TransferError(`${url.protocol} is not http: or https:`);
  return new Promise((resolve, reject) => {
    const agent = new client.Agent(/** @type {object} */ ({ proxyEnv: process.env }));
    const headers = { accept, 'accept-encoding': 'identity', 'user-agent': 'kamachiq-set-up' };
    const outgoing = client.get(url, { agent, headers, signal });
    const connectTimer = setTimeout(
      () => outgoing.destroy(new TransferError(`${url.host} did not answer within ${connectTimeoutMs / 1000} s`)),
      connectTimeoutMs,
    );
    const connected = () => clearTimeout(connectTimer);
    outgoing.on('socket', (socket) => {
      if (socket.connecting || (client === https && !socket.authorized)) socket.once(client === https ? 'secureConnect' : 'connect', connected);
      else connected();
    });
    let answer;
    outgoing.setTimeout(stallTimeoutMs, () => {
      // Once the answer is there its reader must hear the reason: destroying the request would only look like a reset.
      (answer ?? outgoing).destroy(new TransferError(`${url.host} fell silent for ${stallTimeoutMs / 1000} s`));
    });
    outgoing.on('error', (error) => {
      clearTimeout(connectTimer);
      reject(signal?.aborted ? error : describeTransferError(error, url.host));
    });
    outgoing.on('response', (response) => {
      connected();
      answer = response;
      resolve(response);
    });
  });
}
