import { DefaultLogger, Runtime } from '@temporalio/worker';

/** Failures are what many tests are about: only those that no test expects are worth a line. */
export const quietLogger = new DefaultLogger('ERROR', () => undefined);

Runtime.install({ logger: quietLogger, shutdownSignals: [] });
