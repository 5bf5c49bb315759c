import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, test } from 'vitest';
import { initInflux } from '../../../store/influx/setup.ts';

test('3.x: setting up again sets the retention of databases that are there', async () => {
  const there = [{ 'iox::database': 'plant' }];
  const asked: unknown[] = [];
  const server = createServer(async (request, response) => {
    let body = '';
    for await (const chunk of request) body += chunk;
    response.setHeader('x-influxdb-version', '3.6.0');
    response.setHeader('content-type', 'application/json');
    if (request.method === 'GET') return response.end(JSON.stringify(there));
    asked.push([request.method, JSON.parse(body)]);
    response.end();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  try {
    await initInflux({ url, database: 'plant' }, { rawDays: 7, minuteDays: 90 });
  } finally {
    server.closeAllConnections();
    server.close();
  }
  expect(asked).toEqual([
    ['PUT', { db: 'plant', retention_period: '168h' }],
    ['POST', { db: 'plant_derived' }],
    ['POST', { db: 'plant_1m', retention_period: '2160h' }],
    ['POST', { db: 'plant_1h' }],
  ]);
});
