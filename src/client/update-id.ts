/** Well within the 1,000 bytes that the server takes, whatever the characters are. */
export const UPDATE_ID_CHARACTERS = 200;

/** Whether a project can be asked for something under this id. */
export const isUpdateId = (value: unknown): value is string =>
  typeof value === 'string' && value.length > 0 && value.length <= UPDATE_ID_CHARACTERS && !/[\p{Control}\p{Surrogate}\u2028\u2029]/u.test(value);
