/** The list, or an empty one for anything else. @internal */
export function asList(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

/** The mapping, or an empty one for anything else. @internal */
export function asMapping(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Record<string, unknown>) : {};
}

/** True for objects that JSON could have made. @internal */
export function isPlainMapping(value: unknown): value is Readonly<Record<string, unknown>> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  // A mapping of another realm, such as a test runner's or a vm's, has another Object.prototype.
  return prototype === null || Object.getPrototypeOf(prototype) === null;
}

/** The texts of a list, each with its index there. @internal */
export function asTexts(value: unknown): readonly { readonly value: string; readonly index: number }[] {
  return asList(value).flatMap((item, index) => (typeof item === 'string' ? [{ value: item, index }] : []));
}
