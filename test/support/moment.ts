/** A moment that somebody waits for and somebody else brings about. */
export interface Moment {
  readonly come: () => void;
  readonly waited: Promise<void>;
}

export function moment(): Moment {
  let come = () => {};
  const waited = new Promise<void>((resolve) => {
    come = resolve;
  });
  return { come, waited };
}
