/**
 * The parts behind the `kamachiq` command.
 *
 * @packageDocumentation
 */
export { type DevServer, startDevServer } from './dev-server.js';
