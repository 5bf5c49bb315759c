import { describe, expect, it } from 'vitest';
import { statusCodes } from '../../model/status.ts';
import { nowMs, testApp } from './app-fixture.ts';

const tag = 'main-meter.activePower';

describe('/api/v1/latest', () => {
  it('gives the contract: tag, value, unit, status, source time, age', async () => {
    const { backend, get } = await testApp();
    backend.push([
      { tag, timeMs: nowMs - 1500, timeNs: 100, value: 412.5, status: statusCodes.uncertain, origin: 'live' },
    ]);
    const answer = await get(`/api/v1/latest?tags=${tag}`);
    expect(answer.json()).toEqual([
      {
        tag,
        value: 412.5,
        unit: 'kW',
        status: 0x4000_0000,
        sourceTime: '2026-11-24T00:00:28.5000001Z',
        ageS: 1.5,
      },
    ]);
  });

  it('gives all tags without a list, from the store where nothing came since the start', async () => {
    const { backend, get } = await testApp();
    const answer = await get('/api/v1/latest');
    expect(answer.json()).toHaveLength(backend.plant.tags.length);
  });

  it('names an unknown tag and those its asset has', async () => {
    const { get } = await testApp();
    const answer = await get('/api/v1/latest?tags=main-meter.power');
    expect(answer.statusCode).toBe(404);
    expect(answer.json()).toMatchObject({ code: 'unknown-tag', hint: expect.stringContaining(tag) });
  });
});

describe('/api/v1/readings', () => {
  const at = (hour: number): string => `2026-11-23T${String(hour).padStart(2, '0')}:00:00Z`;

  it('includes from and excludes to', async () => {
    const { get } = await testApp();
    const answer = await get(`/api/v1/readings?tags=${tag}&from=${at(0)}&to=${at(1)}`);
    const [series] = answer.json().series;
    expect(series).toMatchObject({ tag, unit: 'kW' });
    expect(series.points).toHaveLength(60);
    expect(series.points[0]).toEqual(['2026-11-23T00:00:00.000Z', expect.any(Number), 0]);
    expect(series.points.at(-1)[0]).toBe('2026-11-23T00:59:00.000Z');
    expect(series.downsampled).toBeUndefined();
  });

  it('aggregates by fixed windows', async () => {
    const { get } = await testApp();
    const answer = await get(
      `/api/v1/readings?tags=${tag}&from=${at(0)}&to=${at(2)}&every=15m&aggregate=max`,
    );
    expect(answer.json().series[0].points.map(([time]: [string]) => time.slice(11, 16))).toEqual([
      '00:00',
      '00:15',
      '00:30',
      '00:45',
      '01:00',
      '01:15',
      '01:30',
      '01:45',
    ]);
  });

  it('aggregates by days and months of the plant', async () => {
    const { get } = await testApp();
    const days = await get(`/api/v1/readings?tags=${tag}&from=2026-11-22&to=2026-11-24&every=1d`);
    expect(days.json().series[0].points.map(([time]: [string]) => time)).toEqual([
      '2026-11-22T00:00:00+08:00',
      '2026-11-23T00:00:00+08:00',
    ]);
    const months = await get(
      `/api/v1/readings?tags=${tag}&from=2026-09-01&to=2026-11-01&every=1mo&aggregate=sum`,
    );
    expect(months.json().series[0].points.map(([time]: [string]) => time.slice(0, 10))).toEqual([
      '2026-09-01',
      '2026-10-01',
    ]);
  });

  it('takes times with an unescaped plus', async () => {
    const { get } = await testApp();
    const answer = await get(
      `/api/v1/readings?tags=${tag}&from=2026-11-23T08:00:00+08:00&to=2026-11-23T09:00:00+08:00`,
    );
    expect(answer.json().series[0].points[0][0]).toBe('2026-11-23T00:00:00.000Z');
  });

  it('thins out what would be too long, keeps the extremes, and says so', async () => {
    const { get } = await testApp();
    const span = `tags=${tag}&from=${at(0)}&to=2026-11-24T00:00:00Z`;
    const [thin] = (await get(`/api/v1/readings?${span}&maxPoints=100`)).json().series;
    expect(thin.downsampled).toEqual({ every: '30m', aggregate: 'minmax' });
    expect(thin.points.length).toBeGreaterThan(50);
    expect(thin.points.length).toBeLessThanOrEqual(100);
  });

  it('cuts texts, which can not be thinned out, and says where', async () => {
    const { get } = await testApp();
    const answer = await get(`/api/v1/readings?tags=stack-1.dataFlag&from=${at(0)}&to=${at(2)}&maxPoints=50`);
    const [series] = answer.json().series;
    expect(series.points).toHaveLength(50);
    expect(series.truncatedAt).toBe('2026-11-23T00:50:00.000Z');
  });

  it('names the words that a parameter may be', async () => {
    const { get } = await testApp();
    const answer = await get(`/api/v1/readings?tags=${tag}&every=1m&aggregate=median`);
    expect(answer.json().detail).toMatch(/^aggregate must be one of .*mean, .*minmax/);
  });

  it.each([
    ['every=7x', 'invalid-request', 'every'],
    ['every=2mo', 'invalid-request', 'every'],
    ['every=1m&aggregate=median', 'invalid-request', 'aggregate'],
    ['from=yesterday', 'invalid-time', 'from'],
    ['from=2026-11-24&to=2026-11-23', 'invalid-time', 'from'],
    ['form=2026-11-24', 'invalid-request', 'form'],
    ['maxPoints=many', 'invalid-request', 'maxPoints'],
    ['every=1s&from=2020-01-01', 'too-many-points', 'every'],
  ])('refuses %s', async (query, code, where) => {
    const { get } = await testApp();
    const answer = await get(`/api/v1/readings?tags=${tag}&${query}`);
    expect(answer.statusCode).toBe(400);
    expect(answer.headers['content-type']).toContain('application/problem+json');
    expect(answer.json()).toMatchObject({
      code,
      where,
      status: 400,
      hint: expect.any(String),
      instance: '/api/v1/readings',
    });
  });
});
