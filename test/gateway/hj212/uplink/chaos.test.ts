import { afterEach, describe, expect, it } from 'vitest';
import { parseItems } from '../../../../gateway/hj212/protocol/items.ts';
import { formatTime, parseTime } from '../../../../gateway/hj212/protocol/time.ts';
import { seeded } from '../../../delivery/seeded.ts';
import { patiently } from '../../../patiently.ts';
import { type Chaos, ChaosPlatform, peace } from './chaos-platform.ts';
import { beginMs, stackMN, UplinkBench, waterMN } from './uplink-bench.ts';

const open: { stop(): Promise<unknown> }[] = [];
afterEach(async () => {
  for (const one of open.splice(0).reverse()) await one.stop();
});

const storm: Chaos = { drop: 0.15, delay: 0.15, duplicate: 0.2, refuse: 0.1, hangUp: 0.05, turnAway: 0.3 };
const hourMs = 3_600_000;
const spanMs = 26 * hourMs;

/** MN, CN and DataTime of all that is due after the span; real-time data reach back an hour. */
function expected(realtimeS: number): string[] {
  const due = (period: number, cn: string, settleMs: number, fromMs = beginMs) => {
    const times: string[] = [];
    for (let at = fromMs; at + period + settleMs <= beginMs + spanMs; at += period) {
      times.push(`${cn} ${formatTime(cn === '2011' ? at + period : at)}`);
    }
    return times;
  };
  const all = [
    ...due(realtimeS * 1000, '2011', 2000, beginMs + spanMs - hourMs),
    ...due(hourMs, '2051', 30_000),
    ...due(hourMs, '2061', 120_000),
    // The day that holds the beginning: midnight China time is 16:00 UTC of the day before.
    ...due(24 * hourMs, '2031', 600_000, beginMs - 8 * hourMs),
  ];
  return [stackMN, waterMN].flatMap((mn) => all.map((one) => `${mn} ${one}`)).sort();
}

async function runThrough(bench: UplinkBench, platform: ChaosPlatform, wanted: readonly string[]) {
  open.push({ stop: () => bench.remove() }, platform);
  bench.start();
  bench.clock.ms += spanMs;
  await patiently(() => expect(platform.acknowledged.size).toBeGreaterThan(wanted.length / 3));
  // A restart in the middle of it: the cursors are on disk.
  const before = bench.uplink?.status()[0]?.counters.periods ?? 0;
  await bench.stop();
  bench.start();
  await patiently(() => expect(bench.uplink?.status()[0]?.backlog).toBe(0));
  return before + (bench.uplink?.status()[0]?.counters.periods ?? 0);
}

describe('a platform that drops, delays, duplicates, refuses and hangs up', () => {
  it.each([1, 2, 3])('has acknowledged everything once, seed %i', { timeout: 90_000 }, async (seed) => {
    const platform = await ChaosPlatform.start(seeded(seed), storm);
    const minuteInterval = '60min';
    const bench = new UplinkBench([
      { id: 'city', port: platform.port, realtimeInterval: '120s', minuteInterval },
    ]);
    const wanted = expected(120);
    await runThrough(bench, platform, wanted);
    expect([...platform.acknowledged.keys()].sort()).toEqual(wanted);
    // Each value arrived with its own period, whatever was sent again.
    for (const frame of platform.received) {
      const { items, params } = parseItems(frame.cp);
      const flow = items.a00000 ?? items.w00000;
      const minute = ((parseTime(params.DataTime ?? '') ?? 0) - beginMs) / 60_000;
      if (frame.CN === '2061' && frame.MN === waterMN) {
        // m3/h of the store is L/s on the way.
        expect(flow?.Avg).toBe((minute / 3.6).toFixed(2));
      }
    }
    const counters = bench.uplink?.status()[0]?.counters ?? {};
    expect(counters.retransmitted).toBeGreaterThan(0);
  });

  it('counts each period as acknowledged once, in one run without a restart', {
    timeout: 90_000,
  }, async () => {
    const platform = await ChaosPlatform.start(seeded(7), storm);
    const bench = new UplinkBench([
      { id: 'city', port: platform.port, realtimeInterval: '120s', send: ['realtime', 'hour'] },
    ]);
    open.push({ stop: () => bench.remove() }, platform);
    const wanted = expected(120).filter((key) => / 20[16]1 /.test(key));
    bench.start();
    bench.clock.ms += spanMs;
    await patiently(() => expect(bench.uplink?.status()[0]?.backlog).toBe(0));
    expect(bench.uplink?.status()[0]?.counters.periods).toBe(wanted.length);
    expect([...platform.acknowledged.keys()].sort()).toEqual(wanted);
    const { strayAnswers, retransmitted, refusals, connects } = bench.uplink?.status()[0]?.counters ?? {};
    for (const count of [strayAnswers, retransmitted, refusals, connects]) expect(count).toBeGreaterThan(0);
  });

  // An acknowledgement names no part, so one that comes twice may be taken for the next part's: messages are safe from it.
  it.each([
    ['parts', { ...storm, duplicate: 0 }],
    ['messages', storm],
  ] as const)(
    'messages too long for one frame arrive whole as %s',
    { timeout: 90_000 },
    async (longMessages, chaos) => {
      const wide = { mean: 1e100, min: 1e100, max: 1e100, total: 1, flag: 'N' };
      const platform = await ChaosPlatform.start(seeded(11), chaos);
      const bench = new UplinkBench(
        [{ id: 'city', port: platform.port, send: ['hour'], stations: [stackMN], longMessages }],
        { figures: async () => ({ so2: wide, oxygen: wide, flow: wide }) },
      );
      open.push({ stop: () => bench.remove() }, platform);
      bench.start();
      bench.clock.ms += spanMs;
      await patiently(() => expect(bench.uplink?.status()[0]?.backlog).toBe(0));
      const taken = new Map<string, Set<string>>();
      for (const frame of platform.takenFrames) {
        const { items, params } = parseItems(frame.cp);
        const factors = taken.get(params.DataTime ?? '') ?? new Set();
        taken.set(params.DataTime ?? '', factors);
        for (const [factor, values] of Object.entries(items))
          for (const suffix of Object.keys(values)) factors.add(`${factor}-${suffix}`);
      }
      const hours = expected(120).filter((key) => key.startsWith(`${stackMN} 2061 `));
      expect([...taken.keys()].sort()).toEqual(hours.map((key) => key.split(' ')[2]));
      const all = ['a21026', 'a19001', 'a00000'].flatMap((factor) =>
        ['Cou', 'Min', 'Avg', 'Max', 'Flag'].map((suffix) => `${factor}-${suffix}`),
      );
      for (const factors of taken.values()) expect([...factors].sort()).toEqual([...all].sort());
    },
  );

  it('several platforms get everything, one of them down the whole time', { timeout: 90_000 }, async () => {
    const [good, bad] = [
      await ChaosPlatform.start(seeded(1), peace),
      await ChaosPlatform.start(seeded(2), storm),
    ];
    const dead = await ChaosPlatform.start(seeded(3), peace);
    const deadPort = dead.port;
    await dead.stop();
    const common = { realtimeInterval: '300s', minuteInterval: '60min' };
    const bench = new UplinkBench([
      // A slow test machine must not make the good one look silent.
      { id: 'good', port: good.port, ...common, overTime: '30s' },
      { id: 'bad', port: bad.port, ...common },
      { id: 'dead', port: deadPort, ...common },
    ]);
    open.push({ stop: () => bench.remove() }, good, bad);
    bench.start();
    bench.clock.ms += spanMs;
    await patiently(() =>
      expect(
        bench.uplink
          ?.status()
          .slice(0, 2)
          .map(({ backlog }) => backlog),
      ).toEqual([0, 0]),
    );
    for (const platform of [good, bad]) {
      expect([...platform.acknowledged.keys()].sort()).toEqual(expected(300));
    }
    expect([...good.acknowledged.values()].every((times) => times === 1)).toBe(true);
    const health = bench.uplink?.health().map(({ station, state }) => `${station} ${state}`);
    expect(health).toEqual(['uplink:good ok', 'uplink:bad ok', 'uplink:dead down']);
    expect(bench.uplink?.status()[2]?.backlog).toBeGreaterThan(0);
  });
});
