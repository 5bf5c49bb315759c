import { expect, test } from 'vitest';
import { Intake } from '../../gateway/intake.ts';
import type { Spool } from '../../gateway/spool.ts';
import type { Plant, Tag } from '../../model/plant.ts';
import type { Reading, ReadingValue } from '../../model/reading.ts';
import type { Refusal } from '../../model/refusal.ts';
import { numberTag } from '../delivery/numbers.ts';

function intakeOf(more: Partial<Tag>) {
  const taken: Reading[] = [];
  const refusals: Refusal[] = [];
  const tag = numberTag('a.b', more);
  const plant = { tags: [tag], tagsById: new Map([[tag.id, tag]]) } as unknown as Plant;
  const spool = {
    newest: () => undefined,
    collisions: () => [],
    append: async (readings: readonly Reading[]) => void taken.push(...readings),
    settled: async () => undefined,
  } as unknown as Spool;
  const quarantine = { put: async (more: readonly Refusal[]) => void refusals.push(...more) };
  const intake = new Intake({ plant, spool, quarantine, clock: { nowMs: () => 0 } });
  return { intake, taken, refusals, values: () => taken.map(({ value }) => value) };
}

const series = (values: readonly ReadingValue[], more: Partial<Reading> = {}): Reading[] =>
  values.map((value, index) => ({
    ...{ tag: 'a.b', timeMs: 1000 + index, timeNs: 0, value, status: 0, origin: 'live' as const },
    ...more,
  }));

test('an absolute deadband leaves out small changes, also when they creep', async () => {
  const { intake, values } = intakeOf({ deadband: { kind: 'absolute', value: 1 } });
  await intake.accept(series([10, 10.4, 10.8, 11, 11.1, 11.5, 9]));
  expect(values()).toEqual([10, 11.1, 9]);
  expect(intake.newestTimeMs('a.b')).toBe(1006);
});

test('a deadband in percent is one of the range, and none without a range', async () => {
  const percent = { deadband: { kind: 'percent' as const, value: 1 } };
  const ranged = intakeOf({ ...percent, range: [0, 200] });
  await ranged.intake.accept(series([100, 102, 102.5]));
  expect(ranged.values()).toEqual([100, 102.5]);
  const unranged = intakeOf(percent);
  await unranged.intake.accept(series([100, 100.1]));
  expect(unranged.values()).toEqual([100, 100.1]);
});

test('a deadband is in the unit of the source', async () => {
  const { intake, values } = intakeOf({
    deadband: { kind: 'absolute', value: 1 },
    sourceUnit: 'kW',
    unit: 'W',
  });
  await intake.accept(series([0, 900, 1001]));
  expect(values()).toEqual([0, 1001]);
});

test('a change of status, a late value and what is read back are never thinned', async () => {
  const { intake, values } = intakeOf({ deadband: { kind: 'absolute', value: 5 } });
  await intake.accept(series([10]));
  await intake.accept(series([10.1], { timeMs: 1001, status: 0x4000_0000 }));
  await intake.accept(series([10.2], { timeMs: 500 }));
  await intake.accept(series([10.3], { timeMs: 2000, origin: 'history' }));
  expect(values()).toEqual([10, 10.1, 10.2, 10.3]);
});

test('no number goes to the quarantine and keeps nothing else out', async () => {
  const { intake, values, refusals } = intakeOf({});
  await intake.accept(series([1, Number.NaN, Number.POSITIVE_INFINITY, 2]));
  expect(values()).toEqual([1, 2]);
  expect(refusals.map(({ reason, tag }) => [reason, tag])).toEqual([
    ['not-finite', 'a.b'],
    ['not-finite', 'a.b'],
  ]);
});

test('a repeat still waits for the disk', async () => {
  const { intake, values } = intakeOf({});
  await intake.accept(series([1]));
  await intake.accept(series([1]));
  expect(values()).toEqual([1]);
  expect(intake.health().counters.repeated).toBe(1);
});

test('a time that no batch can hold is refused alone, whatever the source made of it', async () => {
  const { intake, refusals, values } = intakeOf({});
  await intake.accept([
    ...series([1], { timeMs: Number.NaN }),
    ...series([2], { timeMs: 1e17 }),
    ...series([3], { timeMs: -1 }),
    ...series([4], { timeMs: 1.5 }),
    ...series([5]),
  ]);
  expect(values()).toEqual([5]);
  expect(refusals.map(({ reason, tag }) => [reason, tag])).toEqual(
    refusals.map(() => ['time-malformed', 'a.b']),
  );
  expect(refusals).toHaveLength(4);
});
