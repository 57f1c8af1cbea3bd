import { once } from 'node:events';
import {
  type ClientHttp2Stream,
  connect,
  constants,
  createServer,
  type Http2Server,
  type IncomingHttpHeaders,
  type ServerHttp2Session,
  type ServerHttp2Stream,
} from 'node:http2';
import type { AddressInfo } from 'node:net';

/** Calls by which a worker commits what it did. */
const COMMITS = /\/(RespondWorkflowTaskCompleted|RespondActivityTaskCompleted|RespondActivityTaskFailed|RespondActivityTaskCanceled)$/;

/**
 * Asked on both sides of a commit: before the server has it, and after the server answered and before the worker hears. False where the worker was killed
 * meanwhile, whose call then ends here.
 */
export type CommitGate = (name: string) => Promise<boolean>;

/**
 * A line between a worker and its server that stops at every commit. It forwards HTTP/2 as it comes and looks at nothing but the names of calls.
 *
 * Each connection of a worker is one to the server: when a worker dies, the server sees what it polled for end with it.
 */
export class CommitProxy {
  readonly #server: Http2Server;
  readonly #sessions = new Set<ServerHttp2Session>();

  private constructor(server: Http2Server) {
    this.#server = server;
  }

  /** @param address - Of the server, as `host:port`. */
  static async start(address: string, gate: CommitGate): Promise<CommitProxy> {
    const server = createServer({ maxSessionMemory: 256 });
    const proxy = new CommitProxy(server);
    server.on('session', (near) => proxy.#join(near, address, gate));
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    return proxy;
  }

  get address(): string {
    return `127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  async stop(): Promise<void> {
    for (const session of this.#sessions) session.destroy();
    this.#server.close();
    await once(this.#server, 'close');
  }

  #join(near: ServerHttp2Session, address: string, gate: CommitGate): void {
    const far = connect(`http://${address}`, { maxSessionMemory: 256 });
    this.#sessions.add(near);
    near.on('stream', (stream, headers) => {
      // A server that is gone refuses; the worker tries again.
      stream.on('error', () => undefined);
      if (far.destroyed) {
        stream.close(constants.NGHTTP2_REFUSED_STREAM);
        return;
      }
      const [, commit] = COMMITS.exec(headers[':path'] ?? '') ?? [];
      const open = () => far.request({ ...headers, ':authority': address });
      if (commit === undefined) forward(stream, open());
      else void forwardCommit(stream, open, commit, gate);
    });
    near.on('error', () => undefined);
    far.on('error', () => undefined);
    near.on('close', () => {
      this.#sessions.delete(near);
      far.destroy();
    });
    far.on('close', () => near.destroy());
  }
}

function forward(near: ServerHttp2Stream, far: ClientHttp2Stream): void {
  let trailers: IncomingHttpHeaders = {};
  near.pipe(far);
  near.on('close', () => far.close(constants.NGHTTP2_CANCEL));
  far.on('error', () => near.close(constants.NGHTTP2_CANCEL));
  far.on('trailers', (received) => {
    trailers = received;
  });
  near.on('wantTrailers', () => near.sendTrailers(trailers));
  far.on('response', (headers, flags) => {
    if (near.destroyed) return;
    const isAll = (flags & constants.NGHTTP2_FLAG_END_STREAM) !== 0;
    near.respond(headers, isAll ? { endStream: true } : { waitForTrailers: true });
    if (!isAll) far.pipe(near);
  });
}

/** What is committed and what is answered is held whole, each until it may pass: either is at most a few megabytes. */
async function forwardCommit(near: ServerHttp2Stream, open: () => ClientHttp2Stream, commit: string, gate: CommitGate): Promise<void> {
  try {
    const sent = await readAll(near);
    if (!(await gate(`before ${commit}`))) return;
    const far = open();
    let headers: IncomingHttpHeaders = {};
    let trailers: IncomingHttpHeaders = {};
    let isAll = false;
    far.on('response', (received, flags) => {
      headers = received;
      isAll = (flags & constants.NGHTTP2_FLAG_END_STREAM) !== 0;
    });
    far.on('trailers', (received) => {
      trailers = received;
    });
    far.end(sent);
    const answered = await readAll(far);
    if (!(await gate(`after ${commit}`))) return;
    if (near.destroyed) return;
    if (isAll) {
      near.respond(headers, { endStream: true });
      return;
    }
    near.on('wantTrailers', () => near.sendTrailers(trailers));
    near.respond(headers, { waitForTrailers: true });
    near.end(answered);
  } catch {
    near.close(constants.NGHTTP2_CANCEL);
  }
}

/** Not by `for await`, which ends both directions of a stream with one. */
function readAll(stream: ServerHttp2Stream | ClientHttp2Stream): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    stream.on('data', (chunk: Buffer) => chunks.push(chunk));
    stream.once('end', () => resolve(Buffer.concat(chunks)));
    stream.once('error', reject);
    stream.once('close', () => reject(new Error('The stream was closed before its end.')));
  });
}
