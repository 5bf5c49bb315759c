import { afterEach, describe, expect, it } from 'vitest';
import { parseItems } from '../../../../gateway/hj212/protocol/items.ts';
import { formatTime } from '../../../../gateway/hj212/protocol/time.ts';
import type { FigureSource } from '../../../../gateway/hj212/uplink/lane.ts';
import type { Hj212PlatformFile } from '../../../../plant/hj212-schema.ts';
import { patiently } from '../../../patiently.ts';
import { type Chaos, ChaosPlatform, peace } from './chaos-platform.ts';
import { beginMs, stackMN, tellingFigures, UplinkBench, waterMN } from './uplink-bench.ts';

const open: { stop(): Promise<unknown> }[] = [];
afterEach(async () => {
  for (const one of open.splice(0).reverse()) await one.stop();
});

const hourMs = 3_600_000;

async function run({
  chaos = peace,
  file = {},
  figures = tellingFigures,
  key,
}: {
  chaos?: Chaos;
  file?: Partial<Hj212PlatformFile>;
  figures?: FigureSource;
  key?: string;
} = {}) {
  const secrets = key === undefined ? {} : { sm4: key };
  const platform = await ChaosPlatform.start(
    () => 0.5,
    chaos,
    key === undefined ? undefined : Buffer.from(key),
  );
  const one = {
    id: 'city',
    port: platform.port,
    overTime: '30s',
    send: ['hour' as const],
    stations: [stackMN],
  };
  const bench = new UplinkBench([{ ...one, ...file }], figures, secrets);
  open.push({ stop: () => bench.remove() }, platform);
  bench.start();
  return { platform, bench };
}

const isEmpty = (bench: UplinkBench) => () => expect(bench.uplink?.status()[0]?.backlog).toBe(0);

describe('a lane', () => {
  it('encrypts data by the 2025 edition, and what went through the cipher is what was meant', async () => {
    const file = { edition: '2025', keyFile: 'sm4' } as const;
    const { platform, bench } = await run({ file, key: '0123456789abcdef' });
    bench.clock.ms += 2 * hourMs;
    await patiently(isEmpty(bench));
    expect(platform.received[0]).toMatchObject({ edition: '2025', cipher: 'bytes', Flag: '9' });
    expect(parseItems(platform.received[0]?.cp ?? '').items.a19001?.Flag).toBe('N');
  });

  it('sends by the codes of the 2005 edition', async () => {
    const { platform, bench } = await run({ file: { edition: '2005' } });
    bench.clock.ms += 2 * hourMs;
    await patiently(isEmpty(bench));
    expect(Object.keys(parseItems(platform.received[0]?.cp ?? '').items).sort()).toEqual([
      '02',
      'B02',
      'S01',
    ]);
    expect(platform.received[0]?.Flag).toBe('1');
  });

  it('a platform that acknowledges nothing gets each period once', async () => {
    const { platform, bench } = await run({ file: { acknowledged: false }, chaos: { ...peace, drop: 1 } });
    bench.clock.ms += 5 * hourMs;
    await patiently(isEmpty(bench));
    await patiently(() => expect(platform.received).toHaveLength(4));
    expect(platform.received.every(({ Flag }) => Flag === '4')).toBe(true);
  });

  it('an acknowledged period whose figures changed is sent again once, over a restart too, and stands in the ledger', async () => {
    let shift = 0;
    const figures: FigureSource = {
      figures: async (...asked) => {
        const known = await tellingFigures.figures(...asked);
        const isFirst = asked[2].startMs === beginMs;
        return known?.so2 && isFirst ? { ...known, so2: { ...known.so2, mean: 100 + shift } } : known;
      },
    };
    const file = { edition: '2025' } as const;
    const { platform, bench } = await run({ file, figures });
    bench.clock.ms += 3 * hourMs + 5 * 60_000;
    await patiently(isEmpty(bench));
    const before = platform.received.length;
    await bench.stop();
    shift = 5;
    bench.start();
    bench.clock.ms += 11 * 60_000;
    await patiently(() => expect(platform.received).toHaveLength(before + 1));
    expect(platform.received.at(-1)).toMatchObject({ RF: '1', CN: '2061' });
    expect(parseItems(platform.received.at(-1)?.cp ?? '').items.a21026?.Avg).toBe('105.00');
    const lane = () => bench.uplink?.status()[0]?.lanes[0];
    await patiently(() =>
      expect(lane()?.corrections).toEqual([{ startMs: beginMs, sentMs: bench.clock.ms }]),
    );
    expect(bench.uplink?.status()[0]?.counters).toMatchObject({ corrected: 1 });
    bench.clock.ms += 11 * 60_000;
    await patiently(isEmpty(bench));
    expect(platform.received).toHaveLength(before + 1);
  });

  it('new figures that a platform refuses are told, and not tried again', async () => {
    let shift = 0;
    const figures: FigureSource = {
      figures: async (...asked) => {
        const known = await tellingFigures.figures(...asked);
        return known?.so2 && { ...known, so2: { ...known.so2, mean: shift } };
      },
    };
    const { platform, bench } = await run({ figures });
    bench.clock.ms += 2 * hourMs + 5 * 60_000;
    await patiently(isEmpty(bench));
    platform.refused.add(stackMN);
    shift = 1;
    bench.clock.ms += 11 * 60_000;
    const lane = () => bench.uplink?.status()[0]?.lanes[0];
    await patiently(() =>
      expect(lane()?.corrections.at(-1)).toMatchObject({ startMs: beginMs, refusal: '2' }),
    );
    expect(bench.uplink?.status()[0]?.counters).toMatchObject({ corrected: 0 });
  });

  it('what is refused stays due, is told, and does not hold up another station', async () => {
    const { platform, bench } = await run({ file: { stations: [stackMN, waterMN] } });
    platform.refused.add(stackMN);
    bench.clock.ms += 3 * hourMs;
    const lanes = () => bench.uplink?.status()[0]?.lanes ?? [];
    await patiently(() => expect(lanes()[1]?.backlog).toBe(0));
    await patiently(() => expect(lanes()[0]).toMatchObject({ backlog: 2, refusal: '2' }));
    expect(bench.uplink?.health()[0]).toMatchObject({ state: 'degraded' });
    platform.refused.clear();
    await patiently(isEmpty(bench));
    expect(lanes()[0]).not.toHaveProperty('refusal');
  });

  it('periods without figures are passed, and sent when late readings fill them', async () => {
    const known = new Set<number>();
    const figures: FigureSource = {
      figures: async (asset, period, window) =>
        known.has(window.startMs) ? tellingFigures.figures(asset, period, window) : undefined,
    };
    const { platform, bench } = await run({ figures });
    bench.clock.ms += 3 * hourMs + 200_000;
    await patiently(isEmpty(bench));
    expect(platform.received).toEqual([]);
    known.add(beginMs + hourMs);
    bench.clock.ms += 15 * 60_000;
    await patiently(() => expect(platform.received).toHaveLength(1));
    await patiently(() => expect(bench.uplink?.status()[0]?.counters).toMatchObject({ empty: 3, late: 1 }));
  });

  it('what is older than the back-fill reaches is given up and counted', async () => {
    const platform = await ChaosPlatform.start(() => 0.5, peace);
    const bench = new UplinkBench([
      {
        id: 'city',
        port: platform.port,
        send: ['hour'],
        stations: [stackMN],
        backfill: '1d',
        overTime: '30s',
      },
    ]);
    open.push({ stop: () => bench.remove() }, platform);
    bench.start();
    await patiently(() => expect(platform.connections).toBe(1));
    await patiently(isEmpty(bench));
    await bench.stop();
    bench.clock.ms += 30 * hourMs;
    bench.start();
    await patiently(isEmpty(bench));
    // Without a saved cursor a new lane would begin now; with it, only what is over a day old is gone.
    expect(bench.uplink?.status()[0]?.counters.expired).toBe(6);
    expect(platform.acknowledged.size).toBe(23);
  });

  it('goes on from now where a wrong clock had set the cursor ahead', async () => {
    const { platform, bench } = await run();
    bench.clock.ms += 90 * 24 * hourMs;
    await patiently(() => expect(platform.acknowledged.size).toBeGreaterThan(0));
    await bench.stop();
    platform.acknowledged.clear();
    bench.clock.ms = beginMs + 2 * hourMs;
    bench.start();
    const sentUpToMs = () => bench.uplink?.status()[0]?.lanes[0]?.sentUpToMs;
    await patiently(() => expect(sentUpToMs()).toBe(beginMs + 2 * hourMs));
    bench.clock.ms += 2 * hourMs;
    // An answer under way at the stop may still count what was sent before it.
    const times = () => [...platform.acknowledged.keys()].map((key) => key.split(' ')[2]);
    await patiently(() => expect(times()).toContain(formatTime(beginMs + 2 * hourMs)));
  });

  it.each(['parts', 'messages'] as const)(
    'a message too long for one frame goes as %s',
    async (longMessages) => {
      const figures: FigureSource = {
        figures: async () => ({ so2: wide, oxygen: wide, flow: wide }),
      };
      const wide = { mean: 1e305, min: 1e305, max: 1e305, total: 1, flag: 'N' };
      const { platform, bench } = await run({ figures, file: { longMessages } });
      bench.clock.ms += 2 * hourMs;
      await patiently(isEmpty(bench));
      expect(platform.received.length).toBeGreaterThan(1);
      const isPart = platform.received.map(({ PNO }) => PNO !== undefined);
      expect(new Set(isPart)).toEqual(new Set([longMessages === 'parts']));
      expect(new Set(platform.received.map(({ QN }) => QN)).size === 1).toBe(longMessages === 'parts');
      expect(platform.received.every(({ warnings }) => warnings.length === 0)).toBe(true);
    },
  );
});
