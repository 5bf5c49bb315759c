import { describe, expect, test } from 'vitest';
import { PlantCalendar } from '../../model/calendar.ts';
import { hourMs, quarterHourMs } from '../../model/window.ts';
import { intervalEnergy } from '../../scenarios/energy/interval-energy.ts';
import { lateBlocks } from '../../scenarios/energy/late-data.ts';
import { plantWindows } from '../../scenarios/energy/plant-windows.ts';
import { type RegisterEvent, registerLegs } from '../../scenarios/energy/register-legs.ts';
import { estimateIntervals } from '../../scenarios/energy/vee-estimate.ts';
import { VeeSeries, veeIntervalsOf } from '../../scenarios/energy/vee-series.ts';
import { validateIntervals } from '../../scenarios/energy/vee-validate.ts';
import { type Label, registerRule, type SimulatedYear, simulateYear } from './simulated-year.ts';

const calendar = new PlantCalendar('Asia/Shanghai');
const startMs = calendar.instantMs(2025, 1, 6);

function evaluate(year: SimulatedYear) {
  const { legs, events } = registerLegs(year.readings, registerRule, { declarations: year.declarations });
  const span = { startMs, endMs: legs.at(-1)?.endMs ?? 0 };
  const intervals = intervalEnergy(legs, plantWindows(span, quarterHourMs, calendar));
  const total = intervals.reduce((sum, { value }) => sum + (value ?? 0), 0);
  return { events, intervals, total, late: lateBlocks(year.readings, hourMs) };
}

/** The labels, and what was found, as `kind@start` in hours: a label's own event lies within it or at the reading that ends it. */
const found = (label: Label, events: readonly RegisterEvent[]): boolean =>
  events.some(
    ({ kind, timeMs }) =>
      kind === label.kind && timeMs >= label.startMs - quarterHourMs && timeMs <= label.endMs,
  );

describe.each([1, 2, 3])('a simulated year, seed %d', (seed) => {
  const faulty = simulateYear(startMs, seed, true);
  const result = evaluate(faulty);

  test('energy is conserved to the resolution of the register', () => {
    // One rounding at each end of each segment, swaps and resets included.
    const segments = 1 + faulty.labels.filter(({ kind }) => kind === 'reset' || kind === 'swap').length;
    expect(Math.abs(result.total - (faulty.trueUnits - faulty.unknowableUnits))).toBeLessThan(
      2 * segments * 0.1,
    );
    expect(faulty.trueUnits).toBeGreaterThan(1_000_000);
  });

  test('each label is found', () => {
    const missed = faulty.labels
      .filter(({ kind }) => kind !== 'late')
      .filter((label) => !found(label, result.events));
    expect(missed).toEqual([]);
    const late = faulty.labels.filter(({ kind }) => kind === 'late').map((label) => label.startMs);
    expect(result.late.map((block) => block.startMs)).toEqual(late.sort((a, b) => a - b));
  });

  test('nothing else is found', () => {
    const stray = result.events.filter(
      (event) =>
        event.kind !== 'rollover' &&
        !faulty.labels.some((label) => label.kind === event.kind && found(label, [event])),
    );
    expect(stray).toEqual([]);
  });

  test('a clean year has no finding, only its rollover', () => {
    const clean = simulateYear(startMs, seed, false);
    const { events, total, intervals, late } = evaluate(clean);
    expect(new Set(events.map((event) => event.kind))).toEqual(new Set(['rollover']));
    expect(late).toEqual([]);
    expect(Math.abs(total - clean.trueUnits)).toBeLessThan(0.2);
    expect(validateIntervals(new VeeSeries(veeIntervalsOf(intervals), calendar))).toEqual([]);
  });

  test('estimation fills every gap and keeps the energy that the register knows', () => {
    const vee = veeIntervalsOf(result.intervals);
    const findings = validateIntervals(new VeeSeries(vee, calendar));
    const filled = estimateIntervals(vee, findings, { calendar });
    expect(filled.every(({ value }) => value !== undefined)).toBe(true);
    const total = filled.reduce((sum, { value }) => sum + (value ?? 0), 0);
    // What no register tells is estimated: three intervals of about 60 units.
    expect(Math.abs(total - faulty.trueUnits)).toBeLessThan(3 * 60);
    for (const interval of filled.filter(({ quality }) => quality === 'estimated'))
      expect(interval.rule).toBeDefined();
  });
});
