/**
 * The parts behind the `kamachiq` command.
 *
 * @packageDocumentation
 */
export { type DevServer, type DevServerOptions, startDevServer } from './dev-server.js';
