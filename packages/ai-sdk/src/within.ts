/**
 * Waits for something no longer than a time, and no longer than somebody wants it.
 *
 * @param late - Called with what comes after nobody waits for it any more.
 * @throws An error named `TimeoutError` after the time, the signal's reason once it is aborted.
 */
export async function within<Result>(
  milliseconds: number,
  signal: AbortSignal,
  work: PromiseLike<Result>,
  late: (result: Result) => void = () => undefined,
): Promise<Result> {
  const gaveUp = Promise.withResolvers<never>();
  const stop = () => gaveUp.reject(signal.reason);
  const clock = setTimeout(() => gaveUp.reject(new DOMException(`nothing within ${milliseconds} ms`, 'TimeoutError')), milliseconds);
  signal.addEventListener('abort', stop);
  if (signal.aborted) stop();
  try {
    return await Promise.race([work, gaveUp.promise]);
  } catch (error) {
    work.then(late, () => undefined);
    throw error;
  } finally {
    clearTimeout(clock);
    signal.removeEventListener('abort', stop);
  }
}
