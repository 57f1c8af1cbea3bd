import { Context } from '@temporalio/activity';

/** Longest silence between two beats, in milliseconds: a cancellation is learnt of within about as long. */
const LONGEST_SILENCE = 2_000;

/**
 * Runs work under a heartbeat: at once, then every two seconds or every half of the timeout, whichever is less, with the latest details; a
 * cancelled activity learns of it only by beating. Ends with the work.
 *
 * @param work - Gets a function that sets what the next beats carry and beats at once.
 */
export async function withHeartbeat<Result>(work: (report: (details: unknown) => void, signal: AbortSignal) => Promise<Result>): Promise<Result> {
  const context = Context.current();
  let details: unknown = null;
  const beat = () => context.heartbeat(details);
  const timer = setInterval(beat, Math.min(LONGEST_SILENCE, (context.info.heartbeatTimeoutMs ?? Number.POSITIVE_INFINITY) / 2));
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
