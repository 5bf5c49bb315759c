import { expect, test } from 'vitest';
import { SilenceWatch, silenceText } from '../../gateway/silence-watch.ts';
import type { Reading } from '../../model/reading.ts';
import { statusCodes } from '../../model/status.ts';
import { plantOfAssets } from '../plant-of.ts';

const { plant } = plantOfAssets(
  `
  - { id: m1, nature: electricity-meter, source: shop, base: 'm1#/', tags: { activePower: , activeEnergyTotal: } }
  - { id: fan, nature: rotating-machine, source: shop, base: 'fan#/', tags: { vibrationVelocity: } }
`,
  '',
  'UTC',
);

const LIMIT_MS = 30_000;
const watch = (limitMs?: number): SilenceWatch => {
  const made = new SilenceWatch(plant.tags, ({ address }) => address.split('#')[0] ?? '', limitMs);
  made.start(0);
  return made;
};
const reading = (tag: string, value: Reading['value'], rest: Partial<Reading> = {}): Reading => ({
  ...{ tag, value, timeMs: 0, timeNs: 0, status: 0, origin: 'live' },
  ...rest,
});

test('nothing yet, then silent from the start for longer than allowed', () => {
  const silence = watch(LIMIT_MS);
  expect(silence.conditions(LIMIT_MS)).toEqual({ waiting: 3 });
  expect(silence.conditions(LIMIT_MS + 1)).toEqual({ stale: 3 });
  expect(silence.silentDevices(LIMIT_MS + 1)).toEqual(['m1', 'fan']);
});

test('a device that repeats a value, or leaves it out, holds it unchanged; one that says nothing is stale', () => {
  const silence = watch(LIMIT_MS);
  silence.heard([reading('m1.activePower', 5), reading('m1.activeEnergyTotal', 100)], 0);
  silence.heard([reading('fan.vibrationVelocity', 1)], 0);
  expect(silence.conditions(0)).toEqual({ fresh: 3 });
  for (let nowMs = 10_000; nowMs <= 60_000; nowMs += 10_000)
    silence.heard([reading('m1.activePower', 5)], nowMs);
  expect(silence.conditions(60_000)).toEqual({ unchanged: 2, stale: 1 });
  silence.heard([reading('m1.activePower', 6)], 61_000);
  expect(silence.conditions(61_000)).toEqual({ fresh: 1, unchanged: 1, stale: 1 });
  expect(silence.silentDevices(61_000)).toEqual(['fan']);
  silence.heard([reading('fan.vibrationVelocity', 1)], 62_000);
  expect(silence.conditions(62_000).stale).toBeUndefined();
});

test('bad, disconnected and dead are told apart, without any limit too', () => {
  const silence = watch();
  silence.heard(
    [
      reading('m1.activePower', null, { status: statusCodes.badSensorFailure }),
      reading('m1.activeEnergyTotal', null, { status: statusCodes.badNotConnected }),
      reading('fan.vibrationVelocity', null, { status: statusCodes.badNoCommunication }),
    ],
    0,
  );
  expect(silence.conditions(0)).toEqual({ bad: 1, disconnected: 1, stale: 1 });
  silence.heard([reading('fan.vibrationVelocity', 2)], 1);
  expect(silence.conditions(86_400_000)).toEqual({ bad: 1, disconnected: 1, unchanged: 1 });
});

test('old records prove that the device lives, and say nothing of its present value', () => {
  const silence = watch(LIMIT_MS);
  silence.heard([reading('m1.activePower', 5, { origin: 'history' })], 40_000);
  expect(silence.conditions(40_001)).toEqual({ waiting: 2, stale: 1 });
});

test('many silent devices are named in part', () => {
  expect(silenceText([])).toBe('');
  expect(silenceText(['a', 'b'])).toBe('; silent: a, b');
  expect(silenceText(['a', 'b', 'c', 'd', 'e', 'f', 'g'])).toBe('; silent: a, b, c, d, e and 2 more');
});
