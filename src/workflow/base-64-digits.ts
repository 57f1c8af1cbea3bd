/** Of numbers in base 64, in order: none that JSON or an address would write otherwise (RFC 4648, section 5). */
export const BASE_64_DIGITS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
