import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';

/** A line to a server that can be cut, and mended: whoever is behind it runs on and hears nothing. */
export class CuttableProxy {
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();
  #cut = false;

  private constructor(port: number, host: string) {
    this.#server = createServer((near) => {
      if (this.#cut) {
        near.destroy();
        return;
      }
      const far = connect(port, host);
      this.#join(near, far);
      this.#join(far, near);
    });
  }

  /** @param address - Of the server behind it, as `host:port`. */
  static async start(address: string): Promise<CuttableProxy> {
    const [host, port] = address.split(':');
    const proxy = new CuttableProxy(Number(port), host!);
    proxy.#server.listen(0, '127.0.0.1');
    await once(proxy.#server, 'listening');
    return proxy;
  }

  get address(): string {
    return `127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  cut(): void {
    this.#cut = true;
    for (const socket of this.#sockets) socket.destroy();
  }

  mend(): void {
    this.#cut = false;
  }

  async stop(): Promise<void> {
    this.cut();
    this.#server.close();
    await once(this.#server, 'close');
  }

  #join(one: Socket, other: Socket): void {
    this.#sockets.add(one);
    one.pipe(other);
    one.on('error', () => other.destroy());
    one.on('close', () => {
      this.#sockets.delete(one);
      other.destroy();
    });
  }
}
