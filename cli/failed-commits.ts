/**
 * lmdb tells of a failed commit (a full disk) by several promises: the one its caller awaits and tries again, and others
 * inside the transaction that nobody can hear. By Node's default each of those would end the process, and with it the
 * gateway that should wait for room on the disk. Everything else that nobody handles still ends the process.
 */
export function outliveFailedCommits(): void {
  process.on('unhandledRejection', (reason) => {
    if (!isFailedCommit(reason)) throw reason;
  });
}

/** The promise of a write holds the cause in `commitError`; the cause itself has lmdb's or the system's error number. */
function isFailedCommit(reason: unknown): boolean {
  if (!(reason instanceof Error)) return false;
  if ('commitError' in reason) return true;
  return 'code' in reason && typeof reason.code === 'number' && /node_modules.lmdb./.test(reason.stack ?? '');
}
