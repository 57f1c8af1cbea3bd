/** The list, or an empty one for anything else. @internal */
export function asList(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

/** The mapping, or an empty one for anything else. @internal */
export function asMapping(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Record<string, unknown>) : {};
}

/** The texts of a list, each with its index there. @internal */
export function asTexts(value: unknown): readonly { readonly value: string; readonly index: number }[] {
  return asList(value).flatMap((item, index) => (typeof item === 'string' ? [{ value: item, index }] : []));
}
