import { Context } from '@temporalio/activity';

/** Beats when an activity gives no timeout to beat within, in milliseconds. */
const DEFAULT_TIMEOUT = 20_000;

/**
 * Runs work under a heartbeat: at once, then every half of the timeout, with the latest details; a cancelled activity learns of it only by
 * beating. Ends with the work.
 *
 * @param work - Gets a function that sets what the next beats carry and beats at once.
 */
export async function withHeartbeat<Result>(work: (report: (details: unknown) => void, signal: AbortSignal) => Promise<Result>): Promise<Result> {
  const context = Context.current();
  let details: unknown = null;
  const beat = () => context.heartbeat(details);
  const timer = setInterval(beat, (context.info.heartbeatTimeoutMs ?? DEFAULT_TIMEOUT) / 2);
  timer.unref();
  beat();
  try {
    return await work((latest) => {
      details = latest;
      beat();
    }, context.cancellationSignal);
  } finally {
    clearInterval(timer);
  }
}
