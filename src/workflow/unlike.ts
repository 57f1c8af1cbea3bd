/** Leaves out what is not stated, and what is the very same in the defaults. */
export const unlike = <Value extends object>(value: Value, defaults: Partial<Value>): Partial<Value> =>
  Object.fromEntries(Object.entries(value).filter(([key, each]) => each !== undefined && each !== defaults[key as keyof Value])) as Partial<Value>;
