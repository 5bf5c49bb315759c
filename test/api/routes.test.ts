import Schema from 'typebox/schema';
import { describe, expect, it } from 'vitest';
import { buildApp } from '../../api/app.ts';
import { PlantscopeError } from '../../model/error.ts';
import { nowMs, testApp } from './app-fixture.ts';
import { demoBackend } from './demo-backend.ts';

interface OpenApi {
  readonly paths: Readonly<
    Record<
      string,
      Readonly<
        Record<
          string,
          {
            readonly summary?: string;
            readonly responses?: Record<string, { content?: Record<string, { schema: object }> }>;
          }
        >
      >
    >
  >;
}

async function openApi(get: (url: string) => Promise<{ json(): unknown }>): Promise<OpenApi> {
  return (await get('/docs/json')).json() as OpenApi;
}

describe('every route', () => {
  it('has a schema with a summary and an answer, and the problem beside it', async () => {
    const { get } = await testApp();
    const { paths } = await openApi(get);
    expect(Object.keys(paths)).toEqual(
      expect.arrayContaining([
        '/healthz',
        '/readyz',
        '/metrics',
        '/api/v1/plant',
        '/api/v1/assets',
        '/api/v1/tags',
        '/api/v1/readings',
        '/api/v1/latest',
        '/api/v1/stream',
        '/api/v1/health',
        '/api/v1/quarantine',
      ]),
    );
    for (const [path, methods] of Object.entries(paths)) {
      for (const [method, route] of Object.entries(methods)) {
        expect(route.summary, `${method} ${path}`).toBeTruthy();
        expect(Object.keys(route.responses ?? {}).length, `${method} ${path}`).toBeGreaterThan(1);
        expect(route.responses?.default, `${method} ${path}`).toBeDefined();
      }
    }
  });

  it('answers as its schema says', async () => {
    const { get } = await testApp();
    const { paths } = await openApi(get);
    const span = '?from=2026-11-23T00:00:00Z&to=2026-11-23T06:00:00Z';
    const recording = encodeURIComponent(`fan-1/vibrationWaveform/${Date.UTC(2026, 10, 24)}`);
    const urls: Readonly<Record<string, string>> = {
      '/api/v1/readings': `/api/v1/readings${span}&tags=fan-1.speed`,
      '/api/v1/results/{measurement}': `/api/v1/results/energy_interval${span}`,
      '/api/v1/energy/consumption': `/api/v1/energy/consumption${span}`,
      '/api/v1/energy/carbon': `/api/v1/energy/carbon${span}`,
      '/api/v1/energy/demand': `/api/v1/energy/demand${span}`,
      '/api/v1/equipment/losses': `/api/v1/equipment/losses${span}&asset=fan-1`,
      '/api/v1/equipment/states': `/api/v1/equipment/states${span}&asset=fan-1`,
      '/api/v1/equipment/trend': `/api/v1/equipment/trend${span}&asset=fan-1&quantity=vibrationVelocity`,
      '/api/v1/equipment/rul': '/api/v1/equipment/rul?asset=fan-1',
      '/api/v1/equipment/models': '/api/v1/equipment/models?asset=fan-1',
      '/api/v1/equipment/waveform': `/api/v1/equipment/waveform?id=${recording}`,
      '/api/v1/equipment/spectrum': `/api/v1/equipment/spectrum?id=${recording}`,
    };
    const { images } = demoBackend({ nowMs: () => nowMs });
    const [image] = images?.archive.list() ?? [];
    Object.assign(urls, {
      '/api/v1/environment/reports/{period}': '/api/v1/environment/reports/2026-11',
      '/api/v1/environment/images/{id}': `/api/v1/environment/images/${image?.id}`,
    });
    const skipped = /stream|metrics|healthz|readyz|exceedances\/\{asset\}/;
    for (const [path, methods] of Object.entries(paths)) {
      const schema = methods.get?.responses?.['200']?.content?.['application/json']?.schema;
      if (!schema || skipped.test(path)) continue;
      const answer = await get(urls[path] ?? path);
      expect(answer.statusCode, path).toBe(200);
      const [isValid, errors] = Schema.Errors(schema, answer.json());
      expect(isValid, `${path}: ${JSON.stringify(errors.slice(0, 3))}`).toBe(true);
    }
  });
});

describe('the plant', () => {
  it('is told with natures, labels and properties', async () => {
    const { get } = await testApp();
    expect((await get('/api/v1/plant')).json()).toMatchObject({
      site: { timeZone: 'Asia/Shanghai' },
      now: '2026-11-24T08:00:30+08:00',
    });
    const assets = (await get('/api/v1/assets')).json();
    const workshop = assets.find((asset: { id: string }) => asset.id === 'workshop-meter');
    expect(workshop).toMatchObject({ scenario: 'energy', carrier: 'electricity', parent: 'main-meter' });
    const tags = (await get('/api/v1/tags')).json();
    expect(tags.find((one: { tag: string }) => one.tag === 'fan-1.vibrationVelocity')).toMatchObject({
      unit: 'mm/s',
      range: [0, 20],
      label: { zh: expect.any(String) },
    });
  });
});

describe('health and metrics', () => {
  it('names the worst state and the remedy', async () => {
    const { get } = await testApp();
    const health = (await get('/api/v1/health')).json();
    expect(health.state).toBe('degraded');
    expect(health.stations[1].lastError).toMatchObject({
      remedy: expect.stringContaining('mill-2'),
      time: '2026-11-23T23:55:20.000Z',
    });
  });

  it('counts each station for Prometheus', async () => {
    const { get } = await testApp();
    const text = (await get('/metrics')).body;
    expect(text).toContain('plantscope_station_queue{station="spool"} 42');
    expect(text).toContain('plantscope_station_events_total{station="ingest",event="refused"} 3');
    expect(text).toContain('plantscope_station_up{station="source:mqtt-devices"} 0.5');
  });

  it('is not ready while the store does not answer, but alive', async () => {
    const backend = demoBackend();
    const describe = () =>
      Promise.reject(new PlantscopeError('store-unavailable', 'no store', { retryable: true }));
    const { app } = await testApp({ store: { ...backend.store, describe } });
    expect((await app.inject('/healthz')).statusCode).toBe(200);
    const ready = await app.inject('/readyz');
    expect(ready.statusCode).toBe(503);
    expect(ready.json()).toMatchObject({ code: 'not-ready', status: 503 });
  });
});

describe('errors', () => {
  it('hides what failed inside and tells what may be tried again', async () => {
    const backend = demoBackend();
    const secret = new Error('password is 1234');
    const broken = await testApp({ store: { ...backend.store, latest: () => Promise.reject(secret) } });
    const answer = await broken.get('/api/v1/latest');
    expect(answer.statusCode).toBe(500);
    expect(answer.body).not.toContain('1234');
    const away = new PlantscopeError('store-unavailable', 'The store is away', {
      retryable: true,
      hint: 'Wait.',
    });
    const absent = await testApp({ store: { ...backend.store, latest: () => Promise.reject(away) } });
    expect((await absent.get('/api/v1/latest')).json()).toMatchObject({
      status: 503,
      code: 'store-unavailable',
      hint: 'Wait.',
    });
  });

  it('answers an unknown path and a body that is too large with problems', async () => {
    const { get, as } = await testApp();
    expect((await get('/api/v1/nothing')).json()).toMatchObject({ status: 404, code: 'not-found' });
    const payload = { text: 'x'.repeat(2_000_000) };
    const large = await as('operator', { method: 'POST', url: '/api/v1/quarantine/1/replay', payload });
    expect(large.statusCode).toBe(413);
    expect(large.headers['content-type']).toContain('application/problem+json');
  });

  it('limits how often one address may ask', async () => {
    const { get } = await testApp({ rateLimitPerMinute: 2 });
    await get('/api/v1/plant');
    await get('/api/v1/plant');
    const answer = await get('/api/v1/plant');
    expect(answer.statusCode).toBe(429);
    expect(answer.json()).toMatchObject({ code: 'too-many-requests' });
    expect(answer.headers['retry-after']).toBeDefined();
  });
});

describe('the quarantine', () => {
  it('lists what was refused, replays and discards', async () => {
    const { get, as, backend } = await testApp();
    const listed = (await get('/api/v1/quarantine')).json();
    expect(listed.items[0]).toMatchObject({
      id: 3,
      reason: 'json-malformed',
      payload: '{temp: 3',
      lastTime: expect.any(String),
    });
    expect((await as('operator', { method: 'DELETE', url: '/api/v1/quarantine/3' })).statusCode).toBe(204);
    expect(backend.quarantined.map((item) => item.id)).toEqual([2, 1]);
    expect((await as('operator', { method: 'POST', url: '/api/v1/quarantine/99/replay' })).statusCode).toBe(
      404,
    );
  });
});

describe('results', () => {
  it('adds up consumption by calendar hour with completeness', async () => {
    const { get } = await testApp();
    const url =
      '/api/v1/energy/consumption?from=2026-11-23T00:00:00Z&to=2026-11-23T02:00:00Z&carrier=electricity&every=hour';
    const { meters } = (await get(url)).json();
    const workshop = meters.find((meter: { asset: string }) => meter.asset === 'workshop-meter');
    expect(workshop).toMatchObject({ parent: 'main-meter', unit: 'kWh', isMain: true });
    expect(workshop.points.map((point: { start: string }) => point.start)).toEqual([
      '2026-11-23T08:00:00+08:00',
      '2026-11-23T09:00:00+08:00',
    ]);
    expect(workshop.points[0]).toMatchObject({ completeness: 1, method: 'register-difference' });
  });

  it('gives a measurement by its series', async () => {
    const { get } = await testApp();
    const { rows } = (await get('/api/v1/results/stack_hourly?where=asset=stack-1,pollutant=so2')).json();
    expect(new Set(rows.map((row: { series: { pollutant: string } }) => row.series.pollutant))).toEqual(
      new Set(['so2']),
    );
    expect((await get('/api/v1/results/stack_hourly?where=asset')).json()).toMatchObject({
      code: 'invalid-request',
    });
    expect((await get('/api/v1/results/Robert;drop')).statusCode).toBe(400);
  });
});

describe('security headers', () => {
  it('allow nothing from elsewhere', async () => {
    const { get } = await testApp();
    const { headers } = await get('/api/v1/plant');
    expect(headers['content-security-policy']).toContain("default-src 'self'");
    expect(headers['x-content-type-options']).toBe('nosniff');
    expect(headers['cache-control']).toBe('no-store');
  });
});

it('builds without a console', async () => {
  const app = await buildApp(demoBackend());
  await app.ready();
  await app.close();
});
