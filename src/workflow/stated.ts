type Stated<Fields> = { readonly [Name in keyof Fields]?: Exclude<Fields[Name], undefined> };

/** Fields of a message that may be left out: JSON carries none that is undefined, so they need not be taken out one by one. */
export const stated = <Fields extends object>(fields: Fields): Stated<Fields> => fields as Stated<Fields>;
