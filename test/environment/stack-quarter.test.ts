import { describe, expect, it } from 'vitest';
import { PlantCalendar } from '../../model/calendar.ts';
import type { DataFlag } from '../../scenarios/environment/data-flag.ts';
import { localPeriods } from '../../scenarios/environment/local-period.ts';
import { type StackSample, stackHours } from '../../scenarios/environment/stack-hour.ts';
import { stackPeriods } from '../../scenarios/environment/stack-report.ts';
import { HJ75_2017 } from '../../scenarios/environment/stack-rules.ts';
import { quarterCapture, substituteMass } from '../../scenarios/environment/stack-substitution.ts';
import { seeded } from './seeded.ts';

const START = Date.parse('2026-01-01T00:00:00+08:00');
const DAYS = 90;
const HOURS = DAYS * 24;
const REFERENCE = 6;
const GUARD = 20.5;

interface Minute {
  label: DataFlag | 'gap';
  so2: number;
  o2: number;
  flow: number;
}

/** Labelled minutes of a quarter; `faultHours` more are lost to faults in blocks of 6 h. */
function simulatedQuarter(seed: number, faultHours: number): Minute[] {
  const random = seeded(seed);
  const minutes: Minute[] = Array.from({ length: HOURS * 60 }, (_, i) => ({
    label: 'N',
    so2: 25 + 8 * Math.sin(i / 700) + 4 * random(),
    o2: 6.5 + Math.sin(i / 311) + 0.3 * random(),
    flow: 210_000 + 20_000 * Math.sin(i / 1440) + 5000 * random(),
  }));
  const mark = (fromMinute: number, length: number, label: Minute['label']) => {
    for (let i = fromMinute; i < fromMinute + length && i < minutes.length; i += 1) {
      const minute = minutes[i];
      if (minute !== undefined) minute.label = label;
    }
  };
  for (let day = 0; day < DAYS; day += 1) mark(day * 1440 + 180, 12, 'C'); // short: the hour stays valid
  for (let day = 6; day < DAYS; day += 7) mark(day * 1440 + 600, 120, 'C'); // two hours are lost
  mark(20 * 1440 + 437, 3 * 1440, 'F'); // shutdown with a partial hour at each end
  mark(33 * 1440 + 15, 5 * 60, 'gap');
  mark(41 * 1440 + 60, 30 * 60, 'gap'); // longer than a day
  mark(55 * 1440, 200, 'B');
  mark(60 * 1440 + 30, 20, 'M');
  for (let k = 0; k < faultHours / 6; k += 1) mark(Math.floor(random() * (HOURS - 40)) * 60, 360, 'D');
  for (let i = 62 * 1440; i < 62 * 1440 + 180; i += 1) {
    const minute = minutes[i];
    if (minute !== undefined) minute.o2 = 20.8; // air in the line
  }
  return minutes;
}

function toSamples(minutes: readonly Minute[]): StackSample[] {
  return minutes.flatMap((minute, i): StackSample[] =>
    minute.label === 'gap'
      ? []
      : [
          {
            startMs: START + i * 60_000,
            durationMs: 60_000,
            flag: minute.label,
            measuredMgPerM3: { so2: minute.so2 },
            oxygenPercent: minute.o2,
            flowM3PerH: minute.flow,
          },
        ],
  );
}

/** The expected result, reckoned over plain arrays by hour number and without the product's code. */
function expected(minutes: readonly Minute[]) {
  const kind: string[] = [];
  const kg: (number | undefined)[] = [];
  const corrected: (number | undefined)[] = [];
  const fault: boolean[] = [];
  let lastCalibrationEndHour = -1;
  const calibrationBefore: number[] = [];
  for (let h = 0; h < HOURS; h += 1) {
    const own = minutes.slice(h * 60, h * 60 + 60);
    const count = (label: string) => own.filter((m) => m.label === label).length;
    const good = own.filter((m) => m.label === 'N');
    const running = 60 - count('F');
    let state = 'lost';
    if (running === 0) state = 'off';
    else if (good.length >= 45) state = 'ok';
    else if (running < 45 && good.length >= 0.75 * running) state = 'short';
    kind.push(state);
    const average = (pick: (m: Minute) => number) => good.reduce((s, m) => s + pick(m), 0) / good.length;
    const counts = state === 'ok' || state === 'short';
    kg.push(
      state === 'off'
        ? 0
        : counts
          ? (average((m) => m.so2) * average((m) => m.flow) * 1e-6 * running) / 60
          : undefined,
    );
    const o2 = good.length === 0 ? Number.NaN : average((m) => m.o2);
    corrected.push(counts && o2 < GUARD ? (average((m) => m.so2) * (21 - REFERENCE)) / (21 - o2) : undefined);
    const rank = ['D', 'C', 'B', 'M', 'gap'].map((label) => count(label));
    fault.push(state === 'lost' && rank[0] === Math.max(...rank));
    calibrationBefore.push(lastCalibrationEndHour);
    for (let i = 0; i < 60; i += 1) {
      const at = h * 60 + i;
      if (minutes[at]?.label === 'C' && minutes[at + 1]?.label !== 'C')
        lastCalibrationEndHour = (at + 1) / 60;
    }
  }
  const ok = kind.filter((k) => k === 'ok').length;
  const capture = ok / (ok + kind.filter((k) => k === 'lost').length);
  const filled = [...kg];
  let substitutedHours = 0;
  let undetermined = 0;
  for (let h = 0; h < HOURS; h += 1) {
    if (kind[h] !== 'lost') continue;
    let first = h;
    while (first > 0 && (kind[first - 1] === 'lost' || kind[first - 1] === 'off')) first -= 1;
    while (kind[first] === 'off') first += 1;
    let after = h;
    while (after < HOURS && (kind[after] === 'lost' || kind[after] === 'off')) after += 1;
    const gap = kind.slice(first, after).filter((k) => k === 'lost').length;
    const depth = capture >= 0.9 ? (gap <= 24 ? 180 : 720) : capture >= 0.75 ? 2160 : 0;
    const limit =
      fault[h] && (calibrationBefore[first] ?? -1) >= 0 ? (calibrationBefore[first] ?? first) : first;
    const before: number[] = [];
    for (let b = first - 1; b >= 0 && before.length < depth; b -= 1) {
      if (kind[b] === 'ok' && b < limit) before.push(kg[b] ?? 0);
    }
    if (before.length === 0) undetermined += 1;
    else {
      filled[h] = Math.max(...before);
      substitutedHours += 1;
    }
  }
  return { kind, kg, corrected, filled, capture, substitutedHours, undetermined };
}

const periodOf = localPeriods(new PlantCalendar('Asia/Shanghai'));
const outlet = { pollutants: ['so2'], referenceOxygenPercent: REFERENCE };
const sum = (values: readonly (number | undefined)[]) => values.reduce<number>((s, v) => s + (v ?? 0), 0);
const statusName: Readonly<Record<string, string>> = {
  ok: 'valid',
  lost: 'invalid',
  off: 'stopped',
  short: 'partial',
};

function calibrationEnds(minutes: readonly Minute[]): number[] {
  return minutes.flatMap((m, i) =>
    m.label === 'C' && minutes[i + 1]?.label !== 'C' ? [START + (i + 1) * 60_000] : [],
  );
}

describe.each([
  ['a good quarter (capture above 90 %)', 11, 48, 0.9, 1],
  ['a fair quarter (75 to 90 %)', 12, 300, 0.75, 0.9],
  ['a poor quarter (below 75 %)', 13, 1000, 0, 0.75],
])('%s', (_name, seed, faultHours, lowest, highest) => {
  const minutes = simulatedQuarter(seed, faultHours);
  const wanted = expected(minutes);
  const hours = stackHours(toSamples(minutes), START, START + HOURS * 3_600_000, outlet, HJ75_2017);
  const masses = substituteMass(hours, 'so2', HJ75_2017, periodOf, calibrationEnds(minutes));

  it('is the case it says', () => {
    expect(wanted.capture).toBeGreaterThanOrEqual(lowest);
    expect(wanted.capture).toBeLessThan(highest);
  });

  it('has the same validity in every hour and the same capture rate', () => {
    expect(hours.map((h) => h.items.so2?.status)).toEqual(wanted.kind.map((k) => statusName[k]));
    expect(quarterCapture(hours, 'so2', periodOf).get('2026-Q1')).toBeCloseTo(wanted.capture, 12);
  });

  it('has the same corrected concentration in every hour', () => {
    hours.forEach((hour, h) => {
      const [own, other] = [hour.items.so2?.correctedMgPerM3, wanted.corrected[h]];
      if (other === undefined) expect(own).toBeUndefined();
      else expect(own).toBeCloseTo(other, 9);
    });
  });

  it('substitutes the same hours with the same mass, and reaches the same totals', () => {
    masses.forEach((mass, h) => {
      const other = wanted.filled[h];
      if (other === undefined) expect(mass.massKg).toBeUndefined();
      else expect(mass.massKg).toBeCloseTo(other, 9);
    });
    expect(masses.filter((m) => m.origin === 'substituted')).toHaveLength(wanted.substitutedHours);
    const [quarter] = stackPeriods('quarter', hours, masses, 'so2', HJ75_2017, periodOf);
    expect(quarter?.measuredKg).toBeCloseTo(sum(wanted.kg), 6);
    expect(quarter?.totalKg).toBeCloseTo(sum(wanted.filled), 6);
    expect(quarter?.undeterminedHours).toBe(wanted.undetermined);
  });

  it('agrees on valid days, and its days add up to the quarter', () => {
    const days = stackPeriods('day', hours, masses, 'so2', HJ75_2017, periodOf);
    expect(days).toHaveLength(DAYS);
    days.forEach((day, d) => {
      const valid = wanted.kind.slice(d * 24, d * 24 + 24).filter((k) => k === 'ok').length;
      expect([day.validHours, day.valid]).toEqual([valid, valid >= 20]);
    });
    const [quarter] = stackPeriods('quarter', hours, masses, 'so2', HJ75_2017, periodOf);
    expect(sum(days.map((d) => d.totalKg))).toBeCloseTo(quarter?.totalKg ?? Number.NaN, 6);
  });
});

describe('rules are parameters', () => {
  const minutes = simulatedQuarter(21, 120);
  const hours = stackHours(toSamples(minutes), START, START + HOURS * 3_600_000, outlet, HJ75_2017);

  it('a day may be valid by its share of operating hours', () => {
    const share = { ...HJ75_2017, validDay: { minShareOfOperating: 0.75 } };
    const byShare = stackPeriods('day', hours, [], 'so2', share, periodOf);
    const byCount = stackPeriods('day', hours, [], 'so2', HJ75_2017, periodOf);
    const shutdownDay = byShare.findIndex((d) => d.stoppedHours > 4 && d.validHours > 0);
    expect(byShare[shutdownDay]?.valid).toBe(true);
    expect(byCount[shutdownDay]?.valid).toBe(false);
  });

  it('start-up hours are weighed but not averaged', () => {
    const samples = toSamples(minutes).slice(0, 120);
    const marked = samples.map((s, i) => (i < 60 ? { ...s, transient: true } : s));
    const two = stackHours(marked, START, START + 7_200_000, outlet, HJ75_2017);
    const [day] = stackPeriods(
      'day',
      two,
      substituteMass(two, 'so2', HJ75_2017, periodOf),
      'so2',
      HJ75_2017,
      periodOf,
    );
    expect(day?.meanMeasuredMgPerM3).toBeCloseTo(two[1]?.items.so2?.measuredMgPerM3 ?? Number.NaN, 9);
    expect(day?.measuredKg).toBeCloseTo(
      (two[0]?.items.so2?.massKg ?? 0) + (two[1]?.items.so2?.massKg ?? 0),
      9,
    );
  });
});
