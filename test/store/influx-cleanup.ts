import { type InfluxAddress, InfluxConnection } from '../../store/influx/connection.ts';
import { databasesOf } from '../../store/influx/setup.ts';

/** Removes a store's databases (buckets) from the server. */
export async function dropDatabases(address: InfluxAddress): Promise<void> {
  const connection = await InfluxConnection.open(address);
  const names = databasesOf(address.database, {}).map(({ name }) => name);
  if (connection.major === 1) {
    await connection.query(names.map((name) => `DROP DATABASE "${name}"`));
    return;
  }
  if (connection.major === 3) {
    for (const name of names) {
      const path = `/api/v3/configure/database?db=${encodeURIComponent(name)}&hard_delete_at=now`;
      await connection.api('DELETE', path);
    }
    return;
  }
  const query = `org=${encodeURIComponent(address.org ?? '')}&limit=100`;
  const { buckets } = (await connection.api('GET', `/api/v2/buckets?${query}`)) as {
    buckets: { id: string; name: string }[];
  };
  for (const { id, name } of buckets) {
    if (names.includes(name)) await connection.api('DELETE', `/api/v2/buckets/${id}`);
  }
}
