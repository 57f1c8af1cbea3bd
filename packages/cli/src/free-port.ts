import { createServer } from 'node:net';
import { usageError } from './usage-error.js';

/**
 * A port on loopback that nobody listens on right now.
 *
 * @param wanted - The port to insist on; 0 for any.
 * @throws KamachiqError `cli.port-taken`
 */
export function freePort(wanted = 0): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', (cause) =>
      reject(
        usageError('port-taken', `Expected port ${wanted} to be free, got one in use.`, 'Stop what listens there, or name another port.', cause),
      ),
    );
    server.listen(wanted, '127.0.0.1', () => {
      const address = server.address();
      const port = typeof address === 'object' && address !== null ? address.port : 0;
      server.close(() => resolve(port));
    });
  });
}
