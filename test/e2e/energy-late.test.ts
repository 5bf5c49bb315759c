import { expect, test, vi } from 'vitest';
import { minuteMs, quarterHourMs } from '../../model/window.ts';
import { freePort, startTestPlatform, type TestPlatform } from './test-platform.ts';

const yaml = (brokerPort: number): string => `
version: 1
site: { id: late, name: Late, timeZone: Asia/Shanghai }
broker: { kind: embedded, port: ${brokerPort} }
sources: { shop: { kind: mqtt } }
energy:
  tariff:
    name: Demo
    currency: CNY
    versions:
      - from: '2020-01-01'
        edition: demo
        energyPrices: { flat: 0.5 }
        schedules: [{ slots: [{ start: '00:00', end: '24:00', period: flat }] }]
areas:
  - id: a
    lines:
      - id: l
        assets:
          - { id: m1, nature: electricity-meter, source: shop, base: m1#/, tags: { activeEnergyTotal: } }
`;

/** Five minutes apart over two hours, 1 kWh a minute; from 60 to 120 min nothing. */
const minutes = [...Array(13).keys()]
  .map((step) => step * 5)
  .concat([...Array(13).keys()].map((step) => 120 + step * 5));

async function enter(
  platform: TestPlatform,
  readings: readonly (readonly [timeMs: number, value: number])[],
) {
  const lines = readings.map(([timeMs, value]) => `m1,${new Date(timeMs).toISOString()},${value}`);
  const answer = await fetch(`${platform.url}/api/v1/energy/meters/readings?confirmed=true`, {
    method: 'POST',
    headers: { authorization: `Bearer ${platform.token}`, 'content-type': 'text/csv' },
    body: ['meter,time,reading', ...lines].join('\n'),
  });
  expect(await answer.json()).toEqual({ stored: readings.length, doubts: [] });
}

test('a late reading is in every view at once: consumption, cost, carbon, balance, demand, the written figures', async () => {
  const platform = await startTestPlatform(yaml(await freePort()));
  try {
    const T0 = Math.floor(Date.now() / quarterHourMs) * quarterHourMs - 16 * quarterHourMs;
    const at = (minute: number): number => T0 + minute * minuteMs;
    await enter(
      platform,
      minutes.map((minute) => [at(minute), 1000 + minute] as const),
    );
    const span = `from=${new Date(at(60)).toISOString()}&to=${new Date(at(75)).toISOString()}`;
    const seen = async () => {
      const get = <T>(path: string): Promise<T> => platform.get<T>(`/api/v1/${path}`);
      const [consumption, cost, carbon, balance, demand, profile, written] = await Promise.all([
        get<{ meters: { points: { value: number }[] }[] }>(`energy/consumption?${span}&every=interval`),
        get<{ meters: { cost: number }[] }>(`energy/cost?${span}`),
        get<{ carriers: { amount: number }[] }>(`energy/carbon?${span}`),
        get<{ carriers: { meters: { measured: number }[] }[] }>(`energy/balance?${span}`),
        get<{ meters: { points: { demandKw: number }[] }[] }>(`energy/demand?${span}`),
        get<{ peakKw?: number }>(`energy/profile?${span}&meter=m1`),
        get<{ rows: { fields: { value: number; method: string } }[] }>(`results/energy_cost?${span}`),
      ]);
      return {
        consumption: consumption.meters[0]?.points[0]?.value,
        cost: cost.meters[0]?.cost,
        carbon: carbon.carriers[0]?.amount,
        balance: balance.carriers[0]?.meters[0]?.measured,
        demand: demand.meters[0]?.points[0]?.demandKw,
        profile: profile.peakKw,
        written: written.rows[0]?.fields.value,
      };
    };
    const before = { consumption: 15, cost: 7.5, carbon: 15, balance: 15, written: 7.5 };
    await vi.waitFor(async () => expect(await seen()).toMatchObject(before), {
      timeout: 60_000,
      interval: 200,
    });

    const sentMs = performance.now();
    await enter(platform, [[at(75), 1090]]);
    const after = {
      consumption: 30,
      cost: 15,
      carbon: 30,
      balance: 30,
      demand: 120,
      profile: 120,
      written: 15,
    };
    await vi.waitFor(async () => expect(await seen()).toEqual(after), { timeout: 60_000, interval: 100 });
    const seconds = (performance.now() - sentMs) / 1000;
    process.stderr.write(
      `a late reading was in every view after ${seconds.toFixed(1)} s (wanted: under 5 s)\n`,
    );
  } finally {
    await platform.stop();
  }
}, 180_000);
