/** Puts what anybody may have written on one line: white space collapsed, control characters and half characters made visible. */
export const oneLine = (text: string): string => text.replaceAll(/\s+/g, ' ').replaceAll(/[\p{Cc}\p{Cs}]/gu, '\ufffd');
