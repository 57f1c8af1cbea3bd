/**
 * Ends quietly with whoever reads the output, as `head` stops doing: what is begun is done, and what runs until Ctrl-C is told to end. Without this, the first
 * line that nobody reads ends the process in the middle of whatever it does.
 */
export function endWithReader(): void {
  let told = false;
  const ignoreClosed = (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error;
    // As long as nobody listens, nothing runs until Ctrl-C yet.
    if (!told) told = process.emit('SIGINT');
  };
  process.stdout.on('error', ignoreClosed);
  process.stderr.on('error', ignoreClosed);
}
