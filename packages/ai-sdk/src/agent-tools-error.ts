import { KamachiqError } from 'kamachiq';

/** The error for tools that an agent can't be given as they are. */
export const invalidTools = (problems: readonly string[]) =>
  new KamachiqError({
    code: 'agent.invalid-tools',
    message: `Expected tools that an agent can be given, got: ${problems.join('; ')}.`.slice(0, 1_000),
    remedy: 'Give every tool a name of its own, of letters, digits, _ and -, and an execute function.',
  });

/** The error for a source of tools that could not be opened. */
export const toolsUnavailable = (cause: unknown) =>
  new KamachiqError({
    code: 'agent.tools-unavailable',
    message: `Expected the tools of a source, got ${(cause instanceof Error ? cause.message : String(cause)).replace(/\p{Cc}+/gu, ' ').slice(0, 300)}.`,
    remedy: 'Start the server that offers them, or leave its tools out.',
    cause,
  });
