/** @param start - What `process.hrtime.bigint` said. */
export const millisecondsSince = (start: bigint): number => Number(process.hrtime.bigint() - start) / 1e6;
