import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { HttpError } from '@influxdata/influxdb-client';
import { afterEach, expect, test } from 'vitest';
import { InfluxConnection } from '../../store/influx/connection.ts';
import { openInfluxStore } from '../../store/influx-store.ts';
import { columnsOf, writeColumns } from './contract/deliveries.ts';
import { contractTags, power, reading } from './plant-tags.ts';

/** Answers a write: the status, and what it says. */
type Answer = (lines: string[]) => readonly [status: number, message?: string | undefined, page?: string];

let server: Server | undefined;

afterEach(() => {
  server?.closeAllConnections();
  server?.close();
  server = undefined;
});

/** A server of one version that answers writes as the test says, and remembers what it took. */
async function storeOn(version: string, answer: Answer) {
  const stored = new Set<string>();
  const paths: string[] = [];
  const queries: Record<string, string>[] = [];
  server = createServer(async (request, response) => {
    let body = '';
    for await (const chunk of request) body += chunk;
    response.setHeader('x-influxdb-version', version);
    if (request.url?.startsWith('/ping')) return response.writeHead(204).end();
    response.setHeader('content-type', 'application/json');
    if (request.url?.startsWith('/query')) {
      queries.push(Object.fromEntries(new URLSearchParams(body)));
      return response.end('{"results":[{"statement_id":0}]}');
    }
    paths.push(request.url ?? '');
    const lines = body.split('\n').filter((line) => !line.startsWith('rollup_log'));
    const [status, message, page] = answer(lines);
    if (status === 204) for (const line of lines) stored.add(line);
    response
      .writeHead(status)
      .end(message === undefined ? page : JSON.stringify({ message, error: message }));
  });
  await new Promise<void>((resolve) => server?.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const store = await openInfluxStore({
    url,
    database: 'plant',
    org: 'p',
    tags: contractTags,
    timeZone: 'UTC',
  });
  return { store, stored, paths, queries, url };
}

const startMs = Date.UTC(2024, 0, 15);
const batch = Array.from({ length: 100 }, (_, number) => reading(power, startMs + number, number));

test.each([
  ['1.8.10', 400],
  ['v2.7.11', 422],
  ['v2.7.11', 413],
  ['3.1.0', 400],
])(
  '%s: status %d is halved down to the lines it means; those are refused, the rest is stored',
  async (version, status) => {
    const isBad = (line: string) => /value=(13|77)[ ,]/.test(line);
    const { store, stored } = await storeOn(version, (lines) =>
      lines.some(isBad) ? [status, 'no good'] : [204],
    );
    const refused = await store.write(batch);
    expect(refused.map(({ reading: { value } }) => value)).toEqual([13, 77]);
    expect(refused[0]?.reason).toContain('no good');
    expect(stored.size).toBe(98);
  },
);

test.each([400, 422])(
  'status %d with a page of a proxy speaks of no line: the same may be written again',
  async (status) => {
    let isDown = true;
    const { store, stored } = await storeOn('1.8.10', () =>
      isDown ? [status, undefined, '<html><body>Bad Request</body></html>'] : [204],
    );
    await expect(store.write(batch)).rejects.toMatchObject({ code: 'store-unavailable', retryable: true });
    isDown = false;
    expect(await store.write(batch)).toEqual([]);
    expect(stored.size).toBe(100);
  },
);

test.each([401, 403, 404, 408, 429, 500, 502, 503])(
  'status %d: nothing is refused, the same may be written again',
  async (status) => {
    let isDown = true;
    const { store, stored } = await storeOn('1.8.10', () => (isDown ? [status, 'not now'] : [204]));
    await expect(store.write(batch)).rejects.toMatchObject({ code: 'store-unavailable', retryable: true });
    isDown = false;
    expect(await store.write(batch)).toEqual([]);
    expect(stored.size).toBe(100);
  },
);

test.each([200, 201])('status %d is not taken for stored', async (status) => {
  const { store } = await storeOn('v2.7.11', () => [status]);
  await expect(store.write(batch)).rejects.toMatchObject({ code: 'store-unavailable' });
});

test.each([
  ['1.6.7', '/write?db=plant&precision=ns'],
  ['v2.7.11', '/api/v2/write?org=p&bucket=plant&precision=ns'],
  ['3.1.0', '/api/v2/write?org=p&bucket=plant&precision=ns'],
])('%s is written at %s', async (version, path) => {
  const { store, paths } = await storeOn(version, () => [204]);
  await store.write(batch);
  expect(paths).toEqual([path]);
});

test('writes that wait while others are under way share a request', async () => {
  const { store, stored, paths } = await storeOn('1.8.10', () => [204]);
  await Promise.all(batch.map((one) => store.write([one])));
  expect(stored.size).toBe(100);
  expect(paths.length).toBeLessThan(20);
});

test('a server that is not there is unavailable, with its address', async () => {
  const opening = openInfluxStore({ url: 'http://127.0.0.1:9', database: 'x', tags: [], timeZone: 'UTC' });
  await expect(opening).rejects.toMatchObject({ code: 'store-unavailable', where: 'http://127.0.0.1:9' });
});

test('a tag that the plant file does not have is refused, as a reading and among columns; the rest is stored', async () => {
  const { store, stored } = await storeOn('1.8.10', () => [204]);
  const readings = [reading(power, startMs, 1), reading('press-9.activePower', startMs, 2)];
  const later = readings.map((one) => ({ ...one, timeMs: startMs + 1 }));
  const refused = [...(await store.write(readings)), ...(await writeColumns(store, columnsOf(later)))];
  expect(refused.map((one) => [one.reading.tag, one.reason])).toEqual([
    ['press-9.activePower', 'the plant file has no such tag'],
    ['press-9.activePower', 'the plant file has no such tag'],
  ]);
  expect(stored.size).toBe(2);
});

test('columns that the server refuses are halved down to the lines it means', async () => {
  const { store, stored } = await storeOn('v2.7.11', (lines) =>
    lines.some((line) => line.includes('value=13 ')) ? [422, 'no good'] : [204],
  );
  const refused = await writeColumns(store, columnsOf(batch));
  expect(refused.map((one) => one.reading.value)).toEqual([13]);
  expect(stored.size).toBe(99);
});

test('2.x without an organisation is refused at once: each write would look as if its readings were at fault', async () => {
  const { url } = await storeOn('v2.7.11', () => [204]);
  const opening = openInfluxStore({ url, database: 'plant', tags: [], timeZone: 'UTC' });
  await expect(opening).rejects.toMatchObject({ code: 'store-misconfigured', where: url });
});

test('3.x is asked one statement at a time, with the values written out', async () => {
  const { store, queries } = await storeOn('3.1.0', () => [204]);
  await store.latest([power, 'fan-1.running']);
  const asked = queries.filter(({ q }) => q?.includes('*::field'));
  expect(asked.length).toBe(2);
  for (const { q, params } of asked) {
    expect(params).toBeUndefined();
    expect(q).toMatch(/"asset" = '(press|fan)-1'/);
    expect(q).not.toMatch(/[;$]/);
  }
});

test('3.x has no deletion: the error says what drops old readings instead', async () => {
  const { store } = await storeOn('3.1.0', () => [204]);
  await expect(store.deleteBefore(startMs)).rejects.toMatchObject({
    code: 'store-cannot-delete',
    hint: expect.stringContaining('store init'),
  });
});

test('3.x: a value that replaces one of another status is stored though the old one cannot be deleted', async () => {
  const { store, queries } = await storeOn('3.1.0', () => [204]);
  await store.write([reading(power, startMs, 1)]);
  const bad = reading(power, startMs, null, { status: 0x80000000 });
  expect(await store.write([bad])).toEqual([]);
  expect(queries.some(({ q }) => q?.includes('DELETE'))).toBe(false);
});

test.each([
  [500, 'Query would exceed file limit of 432 parquet files', '--query-file-limit'],
  [422, 'Adding a new database would exceed limit of 5 databases', 'four databases'],
  [404, 'organization name "x" not found', 'store.org'],
  [403, 'insufficient permissions for write', 'token'],
])('status %d "%s" is told with what to do', async (status, message, hint) => {
  const { url } = await storeOn('1.8.10', () => [204]);
  const connection = await InfluxConnection.open({ url, database: 'plant' });
  const thrown = new HttpError(status, '', JSON.stringify({ message }), undefined, 'application/json');
  expect(connection.unavailable(thrown)).toMatchObject({ hint: expect.stringContaining(hint) });
});
