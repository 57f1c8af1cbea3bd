const formatMegabytes = (bytes) => `${(bytes / 1e6).toFixed(1)} MB`;

/**
 * Says what set-up is doing, on standard error, so that standard output belongs to the command alone. On a terminal progress rewrites its line;
 * elsewhere it is a plain line each quarter.
 *
 * @param {{ write(text: string): unknown, isTTY?: boolean }} [stream]
 */
export function createReporter(stream = process.stderr) {
  const prefix = 'set-up: ';
  let openLine = false;
  const closeLine = () => {
    if (openLine) stream.write('\n');
    openLine = false;
  };
  return {
    /** @param {string} text */
    line(text) {
      closeLine();
      stream.write(`${prefix}${text}\n`);
    },
    /**
     * A meter for one transfer.
     *
     * @param {string} title
     * @param {number | undefined} totalBytes
     */
    meter(title, totalBytes) {
      let shownQuarter = -1;
      let shownAt = 0;
      return {
        /** @param {number} bytes - Received so far. */
        update(bytes) {
          const share = totalBytes ? Math.min(bytes / totalBytes, 1) : undefined;
          const amount = totalBytes
            ? `${formatMegabytes(bytes)} of ${formatMegabytes(totalBytes)}, ${Math.floor((share ?? 0) * 100)} %`
            : formatMegabytes(bytes);
          if (stream.isTTY) {
            if (Date.now() - shownAt < 100 && share !== 1) return;
            shownAt = Date.now();
            stream.write(`\r\x1b[2K${prefix}${title}: ${amount}`);
            openLine = true;
            return;
          }
          const quarter = share === undefined ? Math.floor(bytes / 25e6) : Math.floor(share * 4);
          if (quarter <= shownQuarter) return;
          shownQuarter = quarter;
          stream.write(`${prefix}${title}: ${amount}\n`);
        },
        done: closeLine,
      };
    },
  };
}
