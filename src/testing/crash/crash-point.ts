/** A worker asks whether it may go on past a point. */
export interface CrashQuestion {
  readonly kind: 'kamachiq.crash-point';
  readonly question: number;
  readonly name: string;
}

/** Whoever started it says so; there is no other answer than being killed. */
export interface CrashAnswer {
  readonly kind: 'kamachiq.go-on';
  readonly question: number;
}

/** Set in the environment of a process that is to be killed. */
export const CRASH_VARIABLE = 'KAMACHIQ_CRASH_POINTS';

interface Line {
  ask(name: string): Promise<void>;
}

let line: Line | null = null;

/**
 * A point at which `crashAnywhere` may kill this process: waits until the test lets it go on. Where no test started the process, as in
 * production, it goes on at once.
 *
 * @param name - What is about to be done or was just done. Example: `before store.doPut`.
 *
 * @public
 */
export async function crashPoint(name: string): Promise<void> {
  await openLine()?.ask(name);
}

/**
 * Has a crash point before and after each call of some methods of a port, however the call ends.
 *
 * @param name - Of the port, in the names of its points.
 * @param methods - Those with an effect that outlives the process; reading has none.
 *
 * @public
 */
export function withCrashPoints<Port extends object>(name: string, port: Port, methods: readonly (keyof Port & string)[]): Port {
  openLine();
  return new Proxy(port, {
    get(target, key) {
      const value: unknown = Reflect.get(target, key, target);
      if (typeof value !== 'function') return value;
      if (!(methods as readonly (string | symbol)[]).includes(key)) return value.bind(target);
      return async (...parameters: readonly unknown[]) => {
        await crashPoint(`before ${name}.${String(key)}`);
        try {
          return await value.apply(target, parameters);
        } finally {
          await crashPoint(`after ${name}.${String(key)}`);
        }
      };
    },
  });
}

/** To the test that started this process; null where none did. */
function openLine(): Line | null {
  if (line !== null || process.send === undefined || process.env[CRASH_VARIABLE] === undefined) return line;
  const waiting = new Map<number, () => void>();
  let asked = 0;
  process.on('message', ({ question }: CrashAnswer) => {
    waiting.get(question)?.();
    waiting.delete(question);
  });
  // A test that is killed itself must not leave its workers behind.
  process.once('disconnect', () => process.exit(1));
  line = {
    ask: (name) =>
      new Promise((goOn) => {
        asked += 1;
        waiting.set(asked, goOn);
        process.send!({ kind: 'kamachiq.crash-point', question: asked, name } satisfies CrashQuestion);
      }),
  };
  return line;
}
