/** The rows of docs/durability.md: every fault, and the stores it is tried on. A run that has all of them writes the page. */
export const faults = {
  embeddedKilled: 'SIGKILL of the whole platform, 20 times',
  ingestKilled: 'mosquitto: SIGKILL of ingest alone, 20 times',
  gatewayKilled: 'mosquitto: SIGKILL of the gateway alone, 20 times',
  brokerKilled: 'mosquitto: SIGKILL of the broker alone, 20 times',
  halfOpenBroker: 'mosquitto: half-open connection of the gateway, twice',
  sharedLoad: 'mosquitto: SIGKILL of one of two ingest processes, then of the broker, then of the gateway',
  storeKilled: 'SIGKILL of the store, three times',
  storeAway: 'store away while an hour of readings comes (36,000, sent at once)',
  diskFull: 'disk full (files bounded) under spool, local state and store',
  storeDiskFull: 'disk full (files bounded) under the store, which is started again once there is room',
  spoolDiskFull: 'disk full (files bounded) under the spool of a gateway',
  halfOpenStore: 'half-open connection to the store, twice',
  responseLost: 'response lost after the store committed, four times',
  http400: 'HTTP 400 for what the store can not read',
  httpPartial: 'HTTP 400, partial write: the rest is stored',
  http401: 'HTTP 401, four times',
  http404: 'HTTP 404, four times',
  http413: 'HTTP 413: more than 100 lines are too large',
  http422: 'HTTP 422 for what the store can not take',
  http429: 'HTTP 429, four times',
  http500: 'HTTP 500, four times',
  http503: 'HTTP 503, four times',
} as const;

export type FaultName = (typeof faults)[keyof typeof faults];
export type StoreName = 'DuckDB' | 'InfluxDB';

/** An embedded store is not away by itself, and has no HTTP. */
const embeddedToo: readonly FaultName[] = [
  faults.embeddedKilled,
  faults.ingestKilled,
  faults.gatewayKilled,
  faults.brokerKilled,
  faults.halfOpenBroker,
  faults.diskFull,
  faults.responseLost,
];
const embeddedOnly: readonly FaultName[] = [faults.diskFull];

export const expectedRows: readonly { readonly fault: FaultName; readonly store: StoreName }[] =
  Object.values(faults).flatMap((fault) => [
    ...(embeddedToo.includes(fault) ? [{ fault, store: 'DuckDB' as const }] : []),
    ...(embeddedOnly.includes(fault) ? [] : [{ fault, store: 'InfluxDB' as const }]),
  ]);
