import { afterEach, describe, expect, it } from 'vitest';
import { createFactory } from '../../../devices-sim/factory.ts';
import { DataLogger, type DataLoggerOptions } from '../../../devices-sim/hj212/data-logger.ts';
import { type LoggedStation, simulatedStations } from '../../../devices-sim/hj212/stations.ts';
import { commands } from '../../../gateway/hj212/protocol/commands.ts';
import type { Edition } from '../../../gateway/hj212/protocol/flag.ts';
import { parseItems } from '../../../gateway/hj212/protocol/items.ts';
import { formatTime } from '../../../gateway/hj212/protocol/time.ts';
import { seeded } from '../../delivery/seeded.ts';
import { ChaosPlatform, peace } from '../../gateway/hj212/uplink/chaos-platform.ts';
import { patiently } from '../../patiently.ts';

const open: { stop(): Promise<unknown> }[] = [];
afterEach(async () => {
  for (const one of open.splice(0).reverse()) await one.stop();
});

const beginMs = Date.UTC(2026, 0, 5);
const hourMs = 3_600_000;
const MN = 'LOGGER1';

/** Measures the minutes since the beginning; calibrates in the second hour. */
const station: LoggedStation = {
  ...{ MN, ST: '31' },
  factors: [{ code: 'a21026', decimals: 1, at: (timeMs) => (timeMs - beginMs) / 60_000 }],
  flagAt: (timeMs) => (timeMs >= beginMs + hourMs && timeMs < beginMs + 2 * hourMs ? 'C' : 'N'),
};

async function run(more: Partial<DataLoggerOptions> = {}, chaos = peace, seed = 1) {
  const key = more.key;
  const platform = await ChaosPlatform.start(seeded(seed), chaos, key);
  const clock = { ms: beginMs, nowMs: () => clock.ms };
  const logger = new DataLogger({
    ...{ stations: [station], host: '127.0.0.1', port: platform.port, clock, password: '123456' },
    ...{ tickMs: 5, overTimeMs: 30_000, reconnectMs: 5, ...more },
  });
  open.push(platform, logger);
  logger.start();
  return { platform, logger, clock };
}

const connected = (logger: DataLogger) => patiently(() => expect(logger.isConnected).toBe(true));
const emptied = (logger: DataLogger) => patiently(() => expect(logger.waiting).toBe(0));
const head = { QN: '1', ST: '31', MN, PW: '123456', edition: '2017' } as const;

async function answersTo(
  platform: ChaosPlatform,
  command: ReturnType<typeof commands.getTime>,
  count: number,
) {
  const own = () => platform.received.filter(({ QN }) => QN === command.QN);
  platform.command(command);
  await patiently(() => expect(own().length).toBeGreaterThanOrEqual(count));
  return own().map(({ CN, cp }) => `${CN} ${cp}`);
}

describe('a data logger', () => {
  it.each([
    ['2005', '1', '02'],
    ['2017', '5', 'a21026'],
    ['2025', '9', 'a21026'],
  ] as const)(
    'sends real-time, minute, hour and day data by the edition of %s',
    async (edition, Flag, code) => {
      const { platform, logger, clock } = await run({ edition: edition as Edition });
      await connected(logger);
      clock.ms += 25 * hourMs;
      await patiently(() => expect(logger.counters.stored).toBe(150 + 25 + 1));
      await emptied(logger);
      clock.ms += 30_000;
      await patiently(() => expect(platform.received.map(({ CN }) => CN)).toContain('2011'));
      const kinds = new Set(platform.received.map((frame) => `${frame.CN} ${frame.Flag} ${frame.edition}`));
      expect(kinds).toEqual(
        new Set(['2011', '2051', '2061', '2031'].map((CN) => `${CN} ${Flag} ${edition}`)),
      );
      const valuesOf = (CN: string, timeMs: number) => {
        const frame = platform.received.find(
          (one) => one.CN === CN && parseItems(one.cp).params.DataTime === formatTime(timeMs),
        );
        return frame && parseItems(frame.cp).items[code];
      };
      expect(valuesOf('2061', beginMs)).toEqual({ Min: '0.0', Avg: '29.5', Max: '59.0', Flag: 'N' });
      // The calibrated hour has no value, only its flag.
      expect(valuesOf('2061', beginMs + hourMs)).toEqual({ Flag: 'C' });
      expect(valuesOf('2031', beginMs - 8 * hourMs)).toMatchObject({ Flag: 'N' });
    },
  );

  it('keeps what a platform that is away misses, and loses nothing in a storm', async () => {
    const storm = { drop: 0.2, delay: 0.2, duplicate: 0.2, refuse: 0.1, hangUp: 0.1, turnAway: 0.2 };
    const { platform, logger, clock } = await run({ overTimeMs: 30 }, storm, 4);
    clock.ms += 10 * hourMs;
    await patiently(() => expect(logger.counters.stored).toBe(70));
    await emptied(logger);
    const sent = [...platform.acknowledged.keys()].filter((key) => !key.includes(' 2011 '));
    expect(sent).toHaveLength(70);
    expect(logger.counters.acknowledged).toBe(70);
  });

  it('a full memory loses the oldest first', async () => {
    const { platform, logger, clock } = await run({ memory: 10 }, { ...peace, turnAway: 1 });
    clock.ms += 10 * hourMs;
    await patiently(() => expect(logger.counters.stored).toBe(70));
    expect(logger.waiting).toBe(10);
    platform.chaos = peace;
    await emptied(logger);
  });

  it('encrypts with the key of the 2025 edition', async () => {
    const { platform, logger, clock } = await run({ edition: '2025', key: Buffer.from('0123456789abcdef') });
    clock.ms += hourMs;
    await emptied(logger);
    await patiently(() => expect(platform.received[0]).toMatchObject({ cipher: 'bytes', edition: '2025' }));
  });

  it('tells and sets its clock, its intervals and its password, and sends what it is asked for', async () => {
    const { platform, logger, clock } = await run();
    await connected(logger);
    expect(await answersTo(platform, commands.setTime(head, beginMs + 5 * hourMs), 2)).toEqual([
      ...['9011 QnRtn=1', '9012 ExeRtn=1'],
    ]);
    const told = await answersTo(platform, commands.getTime({ ...head, QN: '2' }), 3);
    expect(told[1]).toBe(`1011 SystemTime=${formatTime(beginMs + 5 * hourMs)}`);
    expect(logger.nowMs() - clock.ms).toBe(5 * hourMs);
    await answersTo(platform, commands.setMinuteInterval({ ...head, QN: '3' }, 5), 2);
    const interval = await answersTo(platform, commands.getMinuteInterval({ ...head, QN: '4' }), 3);
    expect(interval[1]).toBe('1063 MinInterval=5');
    const request = commands.history({ ...head, QN: '5' }, 'minute', beginMs, beginMs + 20 * 60_000);
    const before = platform.received.length;
    expect(await answersTo(platform, request, 2)).toEqual(['9011 QnRtn=1', '9012 ExeRtn=1']);
    const times = platform.received
      .slice(before)
      .filter(({ CN }) => CN === '2051')
      .map(({ cp }) => parseItems(cp).params.DataTime);
    for (const minutes of [0, 5, 10, 15, 20]) expect(times).toContain(formatTime(beginMs + minutes * 60_000));
    expect(await answersTo(platform, { ...commands.getTime({ ...head, QN: '6' }), CN: '3019' }, 3)).toContain(
      '3019 Logger-SN=SIMLOGGER1',
    );
    await answersTo(platform, commands.setPassword({ ...head, QN: '7' }, '654321'), 2);
    expect(await answersTo(platform, commands.getTime({ ...head, QN: '8' }), 1)).toEqual(['9011 QnRtn=3']);
  });
});

it('the simulated plant has a stack and a wastewater station with the factors of the standard', () => {
  const factory = createFactory({ seed: 1, timeZone: 'Asia/Shanghai', faults: 'none' });
  const [stack, water] = simulatedStations(factory);
  expect(stack?.factors.map(({ code }) => code)).toContain('a21002');
  expect(water?.factors.map(({ code }) => code)).toContain('w01018');
  const flow = water?.factors.find(({ code }) => code === 'w00000')?.at(beginMs) ?? 0;
  const measured = Number(factory.signalsByAddress.get('outlet-1.flow')?.sample(beginMs).value);
  // m3/h measured, L/s sent.
  expect(flow).toBeCloseTo(measured / 3.6, 9);
  expect(['N', 'C', 'M']).toContain(stack?.flagAt(beginMs));
});
