import { expect, test } from 'vitest';
import { markUnmade, SeenReadings } from '../../cli/services/unmarked-readings.ts';
import { dayMs, quarterHourMs } from '../../model/window.ts';
import type { DirtySlot } from '../../store/dirty-windows.ts';
import type { ResultRow } from '../../store/time-series-store.ts';
import { demoPlant } from '../api/demo-plant.ts';

const NOW = Date.UTC(2026, 10, 24, 8, 1);
const marks = () => {
  const slots: DirtySlot[] = [];
  return { slots, mark: async (more: readonly DirtySlot[]) => void slots.push(...more) };
};

test('a reading that is seen again is marked once, a newer one anew', async () => {
  const dirty = marks();
  const seen = new SeenReadings(dirty);
  const reading = (timeMs: number) => ({
    ...{ tag: 'm.energy', timeMs, timeNs: 0, value: 1, status: 0, origin: 'live' as const },
  });
  await seen.mark([reading(NOW)]);
  await seen.mark([reading(NOW)]);
  await seen.mark([reading(NOW + 1000)]);
  expect(dirty.slots).toHaveLength(2);
  expect(dirty.slots[0]).toEqual({ tag: 'm.energy', startMs: NOW - 60_000 });
});

test('a reading whose mark failed is marked at the next look', async () => {
  const dirty = marks();
  let isFull = true;
  const seen = new SeenReadings({
    mark: async (slots) => {
      if (isFull) throw new Error('disk full');
      await dirty.mark(slots);
    },
  });
  const reading = { tag: 'm.energy', timeMs: NOW, timeNs: 0, value: 1, status: 0, origin: 'live' as const };
  await expect(seen.mark([reading])).rejects.toThrow('disk full');
  isFull = false;
  await seen.mark([reading]);
  expect(dirty.slots).toEqual([{ tag: 'm.energy', startMs: NOW - 60_000 }]);
});

test('a service that is new to its store makes the week before; one that has figures does not', async () => {
  const plant = demoPlant();
  const clock = { nowMs: () => NOW };
  const dirty = marks();
  await markUnmade(plant, { results: async () => [] }, dirty, clock);
  const own = dirty.slots.filter(({ tag }) => tag === 'gas-main.volumeTotal');
  expect(own).toHaveLength(7 * 96);
  expect(own.at(-1)?.startMs).toBe(NOW - 60_000);
  expect(own[0]?.startMs).toBe(NOW - 60_000 + quarterHourMs - 7 * dayMs);
  const known = marks();
  await markUnmade(plant, { results: async () => [{} as ResultRow] }, known, clock);
  expect(known.slots).toEqual([]);
});
