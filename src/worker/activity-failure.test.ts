import { ApplicationFailure, DefaultFailureConverter, defaultPayloadConverter } from '@temporalio/common';
import { describe, expect, it } from 'vitest';
import { KamachiqError } from '../errors/kamachiq-error.js';
import { activityFailure } from './activity-failure.js';

const work = { tokensSpent: 77, microDollarsSpent: 5, record: null };
const never = new AbortController().signal;
const failureOf = (error: unknown) => activityFailure(error, work, never) as ApplicationFailure;
const bytesOf = (error: unknown) => JSON.stringify(new DefaultFailureConverter().errorToFailure(failureOf(error), defaultPayloadConverter)).length;

function chain(length: number): Error {
  let error = new Error('the root');
  for (let index = 1; index < length; index += 1) error = new Error('長'.repeat(100_000), { cause: error });
  return error;
}

function circle(): Error {
  const error = new Error('round');
  error.cause = new Error('and round', { cause: error });
  return error;
}

function unreadable(): Error {
  const error = new Error('sound');
  for (const property of ['stack', 'cause', 'name']) {
    Object.defineProperty(error, property, {
      get() {
        throw new Error('not to be read');
      },
    });
  }
  return error;
}

const long = 'x'.repeat(3_000_000);

describe('activityFailure', () => {
  it.each<[string, () => unknown]>([
    ['a long message', () => new Error(long)],
    ['a long error of ours', () => new KamachiqError({ code: 'x.y', message: long, remedy: long, cause: new Error(long) })],
    ['a long stack and name', () => Object.assign(new Error('short'), { stack: long, name: long })],
    ['a long chain of causes', () => chain(1_000)],
    ['causes in a circle', circle],
    ['a cause that is a long text', () => new Error('short', { cause: long })],
    ['a failure with long details', () => new Error('short', { cause: ApplicationFailure.create({ message: 'm', details: [long] }) })],
    ['properties that can’t be read', unreadable],
    ['a long text', () => long],
    ['what can’t be told', () => Object.create(null)],
    ['nothing', () => undefined],
  ])('fits into what a server takes, with the account: %s', (_, create) => {
    expect(bytesOf(create())).toBeLessThan(200_000);
    expect(failureOf(create()).details).toEqual([{ ...work, retryAfterMilliseconds: null }]);
  });

  it('says what is left out, and keeps what is short as it is', () => {
    const failure = failureOf(new Error(`${'x'.repeat(1_999)}\u{1f600}`));
    expect(failure.message).toBe(`${'x'.repeat(1_999)}… (cut, 1 more characters)`);
    const [root, middle] = [new TypeError('the root'), new Error('the middle')];
    middle.cause = root;
    const { cause } = failureOf(new Error('the end', { cause: middle }));
    expect(cause).toMatchObject({ name: 'Error', message: 'the end', cause: { message: 'the middle', stack: middle.stack } });
    expect((cause!.cause as Error).cause).toMatchObject({ name: 'TypeError', message: 'the root', stack: root.stack });
  });

  it('keeps the root of a chain that is too long', () => {
    let link: unknown = failureOf(chain(1_000)).cause;
    while (link instanceof Error && link.cause !== undefined) link = link.cause;
    expect(link).toMatchObject({ message: 'the root' });
  });
});
