import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pino from 'pino';
import type { AppDeps } from '../../api/app.ts';
import { AccessTokens } from '../../api/auth/tokens.ts';
import { PlantCalendar } from '../../model/calendar.ts';
import { type Clock, systemClock } from '../../model/clock.ts';
import type { StationHealth } from '../../model/health.ts';
import type { Reading } from '../../model/reading.ts';
import { NEVER_RAISED } from '../../scenarios/alarms/journal.ts';
import type { IntervalEdit } from '../../scenarios/runner/energy/energy-edits.ts';
import type { CameraImage } from '../../scenarios/runner/smoke/image-archive.ts';
import type { QuarantineItem } from '../../store/quarantine.ts';
import { demoCondition } from './demo-condition.ts';
import { demoPlant } from './demo-plant.ts';
import { signalAt } from './demo-signals.ts';
import { demoStore } from './demo-store.ts';

export interface DemoBackend extends AppDeps {
  /** Lets readings arrive. */
  push(readings: readonly Reading[]): void;
  readonly quarantined: QuarantineItem[];
}

/** Everything the app needs, without a platform behind it. */
export function demoBackend(clock: Clock = systemClock): DemoBackend {
  const plant = demoPlant();
  const listeners = new Set<(readings: readonly Reading[]) => void>();
  const newest = new Map<string, Reading>();
  const quarantined = demoQuarantine(clock.nowMs());
  return {
    plant,
    store: demoStore(plant, () => clock.nowMs()),
    live: {
      latest: (tags) => [...newest.values()].filter(({ tag }) => tags?.includes(tag) ?? true),
      subscribe(listener) {
        listeners.add(listener);
        return () => listeners.delete(listener);
      },
    },
    push(readings) {
      for (const reading of readings) newest.set(reading.tag, reading);
      for (const listener of listeners) listener(readings);
    },
    stations: () => demoStations(clock.nowMs()),
    quarantined,
    writes: {
      write: async ({ value }) => value,
      read: () => [
        {
          sequence: 1,
          entry: { timeMs: clock.nowMs(), tag: 'fan-1.speed', value: 900, by: 'test', outcome: 'written' },
        },
      ],
    },
    quarantine: {
      list: ({ limit = 100 } = {}) => quarantined.slice(0, limit),
      groups: () =>
        quarantined.map(({ reason, from, count, firstMs, lastMs }) => ({
          reason,
          from,
          items: 1,
          count,
          firstMs,
          lastMs,
        })),
      get: (id) => quarantined.find((item) => item.id === id),
      async remove(ids) {
        for (const id of ids)
          quarantined.splice(
            quarantined.findIndex((item) => item.id === id),
            1,
          );
      },
    },
    replay: async () => undefined,
    enterReadings: async () => [],
    energy: {
      trail: () => [{ sequence: 1, entry: demoEdit(clock.nowMs()) }],
      edit: async () => 2,
    },
    condition: demoCondition(() => clock.nowMs()),
    images: demoImages(clock),
    alarms: {
      definitions: [],
      read: () => [],
      status: () => NEVER_RAISED,
      act: async () => NEVER_RAISED,
      subscribe: () => () => undefined,
    },
    tokens: new AccessTokens(mkdtempSync(join(tmpdir(), 'plantscope-api-')), clock),
    clock,
    calendar: new PlantCalendar(plant.site.timeZone),
    logger: pino({ level: 'silent' }),
    version: '0.0.0-test',
  };
}

const demoEdit = (nowMs: number): IntervalEdit => ({
  ...{ meter: 'gas-main', startMs: Math.floor(nowMs / 900_000) * 900_000 - 3_600_000, value: 12 },
  ...{ by: 'operator', reason: 'meter was bridged', atMs: nowMs - 600_000 },
});

/** Every tag's reading of this moment. */
export function readingsNow(plant: AppDeps['plant'], nowMs: number): Reading[] {
  return plant.tags.map((tag) => signalAt(tag, nowMs));
}

/** One camera's two pictures: one of smoke, one of the night. */
function demoImages(clock: Clock): NonNullable<AppDeps['images']> {
  const hour = 3_600_000;
  const image = (ageMs: number, rest: object): CameraImage => {
    const timeMs = clock.nowMs() - ageMs;
    const received = { mediaType: 'image/png', bytes: onePixel.length, sha256: String(ageMs) };
    const base = { id: `camera-1-${timeMs}`, camera: 'camera-1', timeMs, ...received, isEvidence: false };
    return { ...base, verdict: 'refused', ...rest };
  };
  const all = (): CameraImage[] => [
    image(hour, {
      verdict: 'measured',
      ringelmann: 2.2,
      grade: 2,
      opacity: 0.44,
      limit: 1,
      isEvidence: true,
    }),
    image(3 * hour, { reason: 'night', detail: 'too dark' }),
  ];
  return {
    archive: { list: all, get: (id) => all().find((one) => one.id === id), bytesOf: async () => onePixel },
    take: async () => image(0, {}),
  };
}

const onePixel = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
  'base64',
);

function demoStations(nowMs: number): StationHealth[] {
  return [
    {
      station: 'source:plc1',
      state: 'ok',
      summary: 'subscribed to 86 nodes',
      ratePerS: 86.2,
      clockSkewMs: -14,
      counters: { accepted: 120_345, reconnects: 0 },
    },
    {
      station: 'source:mqtt-devices',
      state: 'degraded',
      summary: '1 of 12 devices is silent',
      ratePerS: 11.8,
      clockSkewMs: 2450,
      lastError: {
        message: 'mill-2 has sent nothing for 310 s',
        timeMs: nowMs - 310_000,
        remedy: 'Check the power and the network of mill-2; its last will said "offline".',
      },
      counters: { accepted: 20_411, refused: 3 },
    },
    {
      station: 'spool',
      state: 'ok',
      summary: 'holding what is not stored yet',
      ratePerS: 98,
      queue: 42,
      oldestS: 0.4,
      counters: { written: 140_756 },
    },
    { station: 'broker', state: 'ok', summary: '14 clients', ratePerS: 98, counters: { published: 1500 } },
    {
      station: 'ingest',
      state: 'ok',
      summary: 'accepting',
      ratePerS: 98,
      queue: 0,
      oldestS: 0,
      counters: { accepted: 140_753, refused: 3, repeated: 12 },
    },
    {
      station: 'store',
      state: 'ok',
      summary: 'duckdb 1.5, 212 MB',
      ratePerS: 98,
      counters: { commits: 4211 },
    },
    {
      station: 'runner',
      state: 'ok',
      summary: 'windows up to date',
      ratePerS: 1.2,
      queue: 2,
      oldestS: 1.1,
      counters: { windows: 3811 },
    },
  ];
}

function demoQuarantine(nowMs: number): QuarantineItem[] {
  const item = (id: number, reason: string, message: string, payload: string): QuarantineItem => ({
    id,
    reason,
    message,
    payload,
    from: 'source:mqtt-devices',
    where: 'plant/mill-2/state',
    count: id,
    firstMs: nowMs - id * 60_000,
    lastMs: nowMs - id * 30_000,
  });
  return [
    item(3, 'json-malformed', 'Expected JSON, got "{temp: 3"', '{temp: 3'),
    item(2, 'not-finite', 'The value of mill-2.load is NaN', '{"load":"NaN"}'),
    item(
      1,
      'time-implausible',
      'Source time 2031-01-01 is 4 years ahead',
      '{"t":"2031-01-01T00:00:00Z","load":3}',
    ),
  ];
}
