/** Tags the numbered readings are spread over. */
export const tagCount = 10;

export type StoreAddress =
  | { readonly kind: 'duckdb'; readonly file: string }
  | { readonly kind: 'influxdb'; readonly url: string; readonly database: string };

export interface ChildSetup {
  readonly role: 'embedded' | 'gateway' | 'ingest';
  readonly dir: string;
  /** Of the embedded broker. */
  readonly port?: number;
  /** Of an external one. */
  readonly brokerUrl?: string;
  readonly member?: string;
  readonly store?: StoreAddress;
}

export interface ChildReport {
  readonly ready?: true;
  /** Readings in the spool. */
  readonly size: number;
  readonly stored?: number;
  readonly quarantined?: number;
  readonly password?: string;
  /** Stations that are down. */
  readonly down?: readonly string[];
}
