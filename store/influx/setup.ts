import { HttpError } from '@influxdata/influxdb-client';
import { PlantscopeError } from '../../model/error.ts';
import { dayMs } from '../../model/window.ts';
import type { Retention } from '../retention.ts';
import { type InfluxAddress, InfluxConnection } from './connection.ts';
import { identifier } from './influxql.ts';

export interface DatabaseSetup {
  readonly name: string;
  readonly holds: 'readings' | 'derived figures' | 'minutes' | 'hours and days';
  /** Undefined: for ever. */
  readonly keepDays: number | undefined;
}

/** The databases (buckets) of a store: what has a retention of its own. */
export function databasesOf(database: string, retention: Retention): readonly DatabaseSetup[] {
  return [
    { name: database, holds: 'readings', keepDays: retention.rawDays },
    { name: derivedDatabase(database), holds: 'derived figures', keepDays: retention.derivedDays },
    { name: `${database}_1m`, holds: 'minutes', keepDays: retention.minuteDays },
    { name: hourDatabase(database), holds: 'hours and days', keepDays: retention.hourDays },
  ];
}

/** Where derived figures lie, once `store init` made it. */
export function derivedDatabase(database: string): string {
  return `${database}_derived`;
}

export function hourDatabase(database: string): string {
  return `${database}_1h`;
}

/** Asked by a query, as a token of least rights may not list databases. */
export async function isThere(connection: InfluxConnection, database: string): Promise<boolean> {
  try {
    await connection.query(['SELECT "done_ms" FROM "rollup_state" LIMIT 1'], { database });
    return true;
  } catch (thrown) {
    if (thrown instanceof PlantscopeError && saysNo(thrown)) return false;
    throw thrown;
  }
}

/** Whether a store can be written there as it is. */
export async function isSetUp(address: InfluxAddress): Promise<boolean> {
  const connection = await InfluxConnection.open(address);
  const there = databasesOf(address.database, {}).map(({ name }) => isThere(connection, name));
  return (await Promise.all(there)).every(Boolean);
}

/** Not there, or not for us; a server that does not answer says neither. */
function saysNo({ code, cause }: PlantscopeError): boolean {
  if (code === 'store-query-failed') return true;
  return cause instanceof HttpError && [400, 401, 403, 404].includes(cause.statusCode);
}

/** Creates the databases and sets their retention; doing it again changes nothing. Needs a token that may do so. */
export async function initInflux(
  address: InfluxAddress,
  retention: Retention,
): Promise<readonly DatabaseSetup[]> {
  const connection = await InfluxConnection.open(address);
  const setups = databasesOf(address.database, retention);
  for (const setup of setups) {
    if (connection.major === 1) await initDatabase(connection, setup);
    else if (connection.major === 2) await initBucket(connection, setup);
    else await initDatabase3(connection, setup);
  }
  return setups;
}

async function initDatabase(connection: InfluxConnection, { name, keepDays }: DatabaseSetup): Promise<void> {
  const database = identifier(name);
  const duration = keepDays === undefined ? 'INF' : `${Math.ceil(keepDays * 24)}h`;
  await connection.query([
    `CREATE DATABASE ${database}`,
    `ALTER RETENTION POLICY "autogen" ON ${database} DURATION ${duration} SHARD DURATION ${shardDays(keepDays)}d`,
  ]);
}

/** A shard is dropped as a whole, so it must be short beside what is kept. */
function shardDays(keepDays: number | undefined): number {
  return keepDays !== undefined && keepDays <= 30 ? 1 : 7;
}

interface Bucket {
  readonly id: string;
  readonly name: string;
}

async function initBucket(connection: InfluxConnection, { name, keepDays }: DatabaseSetup): Promise<void> {
  const orgID = await organisationId(connection);
  const [bucket] = await bucketsOf(connection, `name=${encodeURIComponent(name)}`);
  const rule = {
    type: 'expire',
    everySeconds: ((keepDays ?? 0) * dayMs) / 1000,
    shardGroupDurationSeconds: (shardDays(keepDays) * dayMs) / 1000,
  };
  if (bucket) await connection.api('PATCH', `/api/v2/buckets/${bucket.id}`, { retentionRules: [rule] });
  else await connection.api('POST', '/api/v2/buckets', { orgID, name, retentionRules: [rule] });
}

async function organisationId(connection: InfluxConnection): Promise<string> {
  const { org = '' } = connection.address;
  const found = await connection.api('GET', `/api/v2/orgs?org=${encodeURIComponent(org)}`);
  const id = (found as { orgs: { id: string }[] } | undefined)?.orgs[0]?.id;
  if (id !== undefined) return id;
  throw new PlantscopeError('store-unavailable', `InfluxDB has no organisation "${org}"`, {
    where: connection.location,
    hint: 'Name it in the plant file: store.org. A token of least rights does not see it: give one that may create buckets.',
  });
}

async function bucketsOf(connection: InfluxConnection, filter: string): Promise<readonly Bucket[]> {
  const org = encodeURIComponent(connection.address.org ?? '');
  const found = await connection.api('GET', `/api/v2/buckets?org=${org}&${filter}`);
  return (found as { buckets: Bucket[] } | undefined)?.buckets ?? [];
}

async function initDatabase3(connection: InfluxConnection, { name, keepDays }: DatabaseSetup): Promise<void> {
  const { databases } = await existing3(connection);
  const period = keepDays === undefined ? {} : { retention_period: `${Math.ceil(keepDays * 24)}h` };
  const method = databases.includes(name) ? 'PUT' : 'POST';
  await connection.api(method, '/api/v3/configure/database', { db: name, ...period });
}

async function existing3(connection: InfluxConnection): Promise<{ databases: string[] }> {
  const rows = (await connection.api('GET', '/api/v3/configure/database?format=json')) as Record<
    string,
    string
  >[];
  return { databases: rows.map((row) => row['iox::database'] ?? '') };
}

/**
 * Of 2.x: a token that may read and write the store's buckets and nothing else.
 * @returns undefined of the other versions, where rights are given otherwise
 */
export async function createLeastToken(address: InfluxAddress): Promise<string | undefined> {
  const connection = await InfluxConnection.open(address);
  if (connection.major !== 2) return undefined;
  const orgID = await organisationId(connection);
  const names = databasesOf(address.database, {}).map(({ name }) => name);
  const found = names.map((name) => bucketsOf(connection, `name=${encodeURIComponent(name)}`));
  const buckets = (await Promise.all(found)).flat();
  const permissions = buckets.flatMap(({ id }) =>
    ['read', 'write'].map((action) => ({ action, resource: { type: 'buckets', id, orgID } })),
  );
  const description = `Plantscope: read and write ${names.join(', ')}`;
  const created = await connection.api('POST', '/api/v2/authorizations', { orgID, description, permissions });
  return (created as { token: string }).token;
}
