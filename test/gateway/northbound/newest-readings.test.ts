import { expect, test } from 'vitest';
import { NewestReadings } from '../../../gateway/northbound/newest-readings.ts';
import type { Reading } from '../../../model/reading.ts';
import { statusCodes } from '../../../model/status.ts';
import { plantOfAssets } from '../../plant-of.ts';

const { plant } = plantOfAssets(
  `
  - { id: pump, nature: rotating-machine, source: shop, base: pump#/, tags: { vibrationVelocity: , vibrationWaveform: } }
`,
  '',
  'UTC',
);

const reading = (tag: string, timeMs: number, value: number | string): Reading => ({
  ...{ tag, timeMs, timeNs: 0, value, status: statusCodes.good, origin: 'live' },
});
const recording = (timeMs: number) =>
  reading('pump.vibrationWaveform', timeMs, '{"fs":25600,"samples":[0,1]}');

test('recordings are not told on, neither new ones nor those remembered', () => {
  const newest = new NewestReadings(plant.tags, (tag) =>
    tag === 'pump.vibrationWaveform' ? recording(1) : reading(tag, 1, 0.5),
  );
  expect(newest.take(recording(2))).toBe(false);
  expect([...newest.tags()]).toEqual(['pump.vibrationVelocity']);
});

test('a late reading is not the newest', () => {
  const newest = new NewestReadings(plant.tags, () => undefined);
  expect(newest.take(reading('pump.vibrationVelocity', 5, 1))).toBe(true);
  expect(newest.take(reading('pump.vibrationVelocity', 4, 2))).toBe(false);
  expect(newest.get('pump.vibrationVelocity')?.value).toBe(1);
});
