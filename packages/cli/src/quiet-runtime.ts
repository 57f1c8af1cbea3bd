import { DefaultLogger, Runtime } from '@temporalio/worker';

/** Keeps the worker's chatter from what people watch: warnings go to standard error, signals stay ours. */
export function installQuietRuntime(): void {
  Runtime.install({
    logger: new DefaultLogger(process.env.KAMACHIQ_LOG === 'debug' ? 'DEBUG' : 'ERROR'),
    shutdownSignals: [],
  });
}
