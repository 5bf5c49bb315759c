/** The state of one station on the way of a reading, as the health page and `/metrics` show it. */
export interface StationHealth {
  /** `source:plc1`, `spool`, `publisher`, `broker`, `ingest`, `store`, `runner`, `api` */
  readonly station: string;
  readonly state: 'ok' | 'degraded' | 'down';
  /** One line for a person: what it is doing. */
  readonly summary: string;
  /** Readings (or rows, for the runner) a second, over the last ten seconds. */
  readonly ratePerS: number;
  /** Readings (or slots) that wait here. */
  readonly queue?: number;
  /** Age of the oldest that waits. */
  readonly oldestS?: number;
  /** Source clock minus gateway clock; positive = the source is ahead. */
  readonly clockSkewMs?: number;
  readonly lastError?: { readonly message: string; readonly timeMs: number; readonly remedy?: string };
  /** Running totals since start: `accepted`, `refused`, `reconnects` ... */
  readonly counters: Readonly<Record<string, number>>;
}

/** What every station offers to the health page. */
export interface Station {
  health(): StationHealth;
}
