import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { PlantCalendar } from '../../model/calendar.ts';
import type { Waveform } from '../../model/waveform.ts';
import { dayMs, hourMs, minuteMs } from '../../model/window.ts';
import { FileWaveformStore } from '../../store/file-waveform-store.ts';
import { DEFAULT_WAVEFORM_POLICY, type WaveformPolicy } from '../../store/waveform-policy.ts';

/** Local midnight. */
const T0 = Date.UTC(2026, 10, 22, 16);
const SAMPLES = 1000;
const always = { startMs: 0, endMs: Number.MAX_SAFE_INTEGER };
const calendar = new PlantCalendar('Asia/Shanghai');
const newFolder = (): string => mkdtempSync(join(tmpdir(), 'plantscope-waveforms-'));

const open = (dir: string, policy: Partial<WaveformPolicy> = {}, isShared = false): FileWaveformStore =>
  new FileWaveformStore(dir, { ...DEFAULT_WAVEFORM_POLICY, ...policy }, calendar, isShared);

function recording(timeMs: number, asset = 'fan-1'): Waveform {
  const mounting = { position: 'drive-end', direction: 'radial' } as const;
  return {
    samples: Float32Array.from({ length: SAMPLES }, (_, i) => Math.sin(i) * 0.5),
    info: {
      ...{ asset, quantity: 'vibrationWaveform', timeMs, sampleRateHz: 25_600, samples: SAMPLES },
      ...{ unit: 'g', mounting, shaftRpm: 1480, loadPct: 80 },
    },
  };
}

test('a recording comes back as it was, with speed, load, mounting point and direction, after a restart too', async () => {
  const dir = newFolder();
  const given = recording(T0);
  const { id } = await open(dir).put(given);
  expect(id).toBe(`fan-1/vibrationWaveform/${T0}`);
  const found = open(dir).read(id);
  expect(found?.info).toEqual(given.info);
  expect(found?.samples).toEqual(given.samples);
});

test('the file is what the command line analyses: little-endian float32', async () => {
  const dir = newFolder();
  const { id } = await open(dir).put(recording(T0));
  const bytes = readFileSync(join(dir, `${id}.f32`));
  expect(bytes.readFloatLE(4)).toBeCloseTo(Math.sin(1) * 0.5, 6);
  expect(bytes.length).toBe(4 * SAMPLES);
});

test('the newest stay, and beyond them the first of a day, one each six hours, and those of alarms', async () => {
  const store = open(newFolder(), { recent: 10 });
  const alarm = `fan-1/vibrationWaveform/${T0 + 70 * minuteMs}`;
  for (let minute = 0; minute < 26 * 60; minute += 10) {
    await store.put(recording(T0 + minute * minuteMs));
    if (minute === 80) await store.keep(alarm, 'alarm');
  }
  const kept = store.list(always);
  const hoursOf = (reason: string): number[] =>
    kept
      .filter(({ keptFor }) => keptFor.some((one) => one === reason))
      .map(({ info }) => (info.timeMs - T0) / hourMs);
  expect(hoursOf('first-of-day')).toEqual([0, 24]);
  expect(hoursOf('periodic')).toEqual([0, 6, 12, 18, 24]);
  expect(hoursOf('alarm')).toEqual([7 / 6]);
  expect(kept.filter(({ keptFor }) => keptFor.length === 0).length).toBeLessThanOrEqual(10);
  expect(kept.at(-1)?.info.timeMs).toBe(T0 + (26 * 60 - 10) * minuteMs);
});

test('the bound on disk holds: periodic ones go first, those of alarms last, and it is told', async () => {
  const bytesEach = 4 * SAMPLES + 4096;
  const store = open(newFolder(), { recent: 1, maxBytes: 6 * bytesEach });
  for (let day = 0; day < 4; day++) {
    for (const hour of [0, 6, 12]) await store.put(recording(T0 + day * dayMs + hour * hourMs));
    if (day === 0) await store.keep(`fan-1/vibrationWaveform/${T0 + 6 * hourMs}`, 'alarm');
  }
  const { bytes, maxBytes, displaced } = store.usage();
  expect(bytes).toBeLessThanOrEqual(maxBytes);
  expect(displaced).toBeGreaterThan(0);
  const reasons = store.list(always).flatMap(({ keptFor }) => keptFor);
  expect(reasons).toContain('alarm');
  expect(store.list(always).filter(({ keptFor }) => keptFor.includes('first-of-day'))).toHaveLength(4);
});

test('the same recording again changes nothing, and one sensor does not displace another', async () => {
  const store = open(newFolder(), { recent: 1 });
  await store.put(recording(T0, 'pump-1'));
  for (const minute of [0, 1, 1, 2]) await store.put(recording(T0 + minute * minuteMs));
  expect(store.list({ ...always, asset: 'pump-1' })).toHaveLength(1);
  expect(store.list({ ...always, asset: 'fan-1', limit: 1 })[0]?.info.timeMs).toBe(T0 + 2 * minuteMs);
});

test('what a broken write left is removed at the next start', async () => {
  const dir = newFolder();
  await open(dir).put(recording(T0));
  writeFileSync(join(dir, 'fan-1/vibrationWaveform', `${T0 + 1}.f32`), 'rest');
  writeFileSync(join(dir, 'fan-1/vibrationWaveform', `${T0 + 2}.json.part`), 'rest');
  expect(open(dir).list(always)).toHaveLength(1);
});

test('a reader in another process sees what is written later, and its marks are respected', async () => {
  const dir = newFolder();
  const [writer, reader] = [open(dir, { recent: 1 }), open(dir, { recent: 1 }, true)];
  await writer.put(recording(T0));
  await writer.put(recording(T0 + minuteMs));
  const id = `fan-1/vibrationWaveform/${T0 + minuteMs}`;
  expect(reader.list(always)).toHaveLength(2);
  await reader.keep(id, 'alarm');
  await writer.put(recording(T0 + 2 * minuteMs));
  await writer.put(recording(T0 + 3 * minuteMs));
  expect(writer.read(id)?.info.timeMs).toBe(T0 + minuteMs);
  expect(writer.read(`fan-1/vibrationWaveform/${T0 + 2 * minuteMs}`)).toBeUndefined();
});

test.each(['../secret/1', 'fan-1/../1', 'fan-1/vibrationWaveform/x', ''])(
  'no path leads out of the folder: "%s"',
  (id) => {
    expect(open(newFolder()).read(id)).toBeUndefined();
  },
);
