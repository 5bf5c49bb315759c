/** Every interval the OPC UA source works by, milliseconds. Tests compress them. */
export interface OpcuaTiming {
  readonly connectTimeoutMs: number;
  readonly firstRetryMs: number;
  readonly longestRetryMs: number;
  /** How long the stack may try to keep the session before everything is built anew. */
  readonly sessionRepairMs: number;
  /** Between two reads of the server's status; a half-open connection is found by the second that fails. */
  readonly heartbeatMs: number;
  readonly heartbeatTimeoutMs: number;
  readonly requestTimeoutMs: number;
  readonly sessionTimeoutMs: number;
  /** Between two rounds of the watchdog over the tags. */
  readonly watchdogMs: number;
  /** Between two looks at the other servers of a redundant set while ours is not healthy. */
  readonly redundancyMs: number;
  /** First retry of a node in quarantine; each later one waits twice as long, up to `quarantineLongestMs`. */
  readonly quarantineFirstMs: number;
  readonly quarantineLongestMs: number;
  /** A historian may hold a value a little later than the subscription delivers it. */
  readonly historySettleMs: number;
  readonly historyRetryMs: number;
}

export const defaultTiming: OpcuaTiming = {
  connectTimeoutMs: 15_000,
  firstRetryMs: 500,
  longestRetryMs: 30_000,
  sessionRepairMs: 20_000,
  heartbeatMs: 5_000,
  heartbeatTimeoutMs: 5_000,
  requestTimeoutMs: 30_000,
  sessionTimeoutMs: 120_000,
  watchdogMs: 10_000,
  redundancyMs: 30_000,
  quarantineFirstMs: 30_000,
  quarantineLongestMs: 3_600_000,
  historySettleMs: 1_000,
  historyRetryMs: 15_000,
};

/** Doubles from `firstMs` up to `longestMs`; half of it is chance, so that many gateways don't return in step. */
export function backoffMs(attempt: number, firstMs: number, longestMs: number, random: number): number {
  const full = Math.min(longestMs, firstMs * 2 ** Math.min(attempt, 30));
  return full / 2 + (full / 2) * random;
}
