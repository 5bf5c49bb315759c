import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { PlantCalendar } from '../../model/calendar.ts';
import { hourMs } from '../../model/window.ts';
import { airDay, dailyIndices } from '../../scenarios/environment/air-day.ts';
import { airLimitAt } from '../../scenarios/environment/air-standards.ts';
import { driftCheck } from '../../scenarios/environment/drift-check.ts';
import { explainEpisode } from '../../scenarios/environment/episode-cause.ts';
import { duties } from '../../scenarios/environment/instrument-calendar.ts';
import { movingMeans } from '../../scenarios/environment/moving-mean.ts';
import { energyMean } from '../../scenarios/environment/noise.ts';
import { noiseDay } from '../../scenarios/environment/noise-day.ts';
import { doubtsOf, ratioDoubts } from '../../scenarios/environment/plausibility.ts';
import { waterDay } from '../../scenarios/environment/water-day.ts';
import { meanDirectionDeg, sectorOf, windRose } from '../../scenarios/environment/wind-rose.ts';

const calendar = new PlantCalendar('Asia/Shanghai');
const day = { startMs: calendar.parse('2026-11-24') ?? 0, endMs: calendar.parse('2026-11-25') ?? 0 };
const hoursOfDay = (value: (hour: number) => number | undefined, from = 0) =>
  Array.from({ length: 24 - from }, (_, i) => ({
    startMs: day.startMs + (i + from) * hourMs,
    value: value(i + from),
  }));

describe('ambient air', () => {
  it('a moving mean needs its hours: six of eight', () => {
    const hours = hoursOfDay((hour) => (hour % 4 === 3 ? undefined : hour));
    const means = movingMeans(hours);
    expect(means[0]).toEqual({
      endMs: day.startMs + 7 * hourMs,
      value: (0 + 1 + 2 + 4 + 5 + 6) / 6,
      hours: 6,
    });
    expect(means.every(({ hours: count }) => count === 6)).toBe(true);
  });

  it('a moving mean equals the plain mean of its own eight hours', () => {
    fc.assert(
      fc.property(
        fc.array(fc.double({ min: 0, max: 500, noNaN: true }), { minLength: 8, maxLength: 60 }),
        (values) => {
          const means = movingMeans(
            values.map((value, i) => ({ startMs: i * hourMs, value })),
            8,
            8,
          );
          means.forEach(({ endMs, value }) => {
            const last = endMs / hourMs;
            const own = values.slice(last - 8, last);
            expect(value).toBeCloseTo(own.reduce((a, b) => a + b, 0) / 8, 9);
          });
          expect(means).toHaveLength(values.length - 7);
        },
      ),
      { numRuns: 50 },
    );
  });

  it('a day takes 20 hours, and ozone its highest 8 h mean that ends within it', () => {
    const hours = {
      pm25: hoursOfDay((hour) => (hour < 4 ? undefined : 50)),
      pm10: hoursOfDay((hour) => (hour < 5 ? undefined : 50)),
      o3: hoursOfDay((hour) => (hour >= 10 && hour < 18 ? 200 : 40)),
    };
    const result = airDay(hours, day);
    expect(result.concentrations).toEqual({ pm25: 50, o3_8h: 200 });
    expect(result.validHours).toMatchObject({ pm25: 20, pm10: 19 });
  });

  it('both editions give their own index of one day', () => {
    const hours = Object.fromEntries(
      Object.entries({ so2: 20, no2: 30, co: 0.7, pm10: 70, pm25: 60, o3: 90 }).map(([item, value]) => [
        item,
        hoursOfDay(() => value),
      ]),
    );
    const indices = dailyIndices(airDay(hours, day));
    // PM2.5 of 60: 35..75 in the old edition, 35..60 in the new one.
    expect(indices['HJ633-2012']).toMatchObject({ aqi: 82, primary: ['pm25'] });
    expect(indices['HJ633-2026']).toMatchObject({ aqi: 100, primary: ['pm25'] });
  });

  it('the limit of the edition in force counts', () => {
    const at = (text: string) => airLimitAt('pm25', 'day', calendar.parse(text) ?? 0);
    expect(at('2026-02-28')).toEqual({ value: 75, edition: 'GB 3095-2012' });
    expect(at('2026-03-01')).toEqual({ value: 60, edition: 'GB 3095-2026, transition' });
    expect(at('2031-01-01')).toEqual({ value: 50, edition: 'GB 3095-2026' });
    expect(airLimitAt('voc', 'hour', day.startMs)).toBeUndefined();
  });
});

describe('wind', () => {
  it('sectors are centred on their direction, and north goes over zero', () => {
    expect([350, 0, 11, 12, 90, 180, 348.7, -10].map(sectorOf)).toEqual([
      'N',
      'N',
      'N',
      'NNE',
      'E',
      'S',
      'NNW',
      'N',
    ]);
  });

  it('directions are averaged as vectors', () => {
    expect(meanDirectionDeg([350, 10])).toBeCloseTo(0, 9);
    expect(meanDirectionDeg([80, 100])).toBeCloseTo(90, 9);
    expect(meanDirectionDeg([0, 180])).toBeUndefined();
  });

  it('a rose counts every hour once, calm ones apart, and tells the mean by wind', () => {
    fc.assert(
      fc.property(
        fc.array(
          fc.record({
            speedMPerS: fc.double({ min: 0, max: 15, noNaN: true }),
            fromDeg: fc.double({ min: 0, max: 360, noNaN: true }),
            value: fc.option(fc.double({ min: 0, max: 300, noNaN: true }), { nil: undefined }),
          }),
          { minLength: 1, maxLength: 80 },
        ),
        (hours) => {
          const rose = windRose(hours);
          const shares = rose.sectors.reduce((sum, { share }) => sum + share, rose.calmShare);
          expect(shares).toBeCloseTo(1, 9);
          for (const { hours: count, byClass } of rose.sectors)
            expect(byClass.reduce((a, b) => a + b, 0)).toBe(count);
        },
      ),
      { numRuns: 50 },
    );
    const rose = windRose([
      { speedMPerS: 3, fromDeg: 90, value: 60 },
      { speedMPerS: 5, fromDeg: 95, value: 40 },
      { speedMPerS: 0.1, fromDeg: 200, value: 90 },
    ]);
    expect(rose.sectors.find(({ sector }) => sector === 'E')).toMatchObject({
      ...{ hours: 2, meanValue: 50, meanSpeedMPerS: 4, byClass: [0, 1, 1, 0, 0] },
    });
    expect(rose.meanValueInCalm).toBe(90);
  });
});

describe('instruments', () => {
  const gas = { zero: 0, span: 120, range: [0, 150] as const, limitPct: 2.5 };
  it('drift is read on the plateau of each gas, per cent of the range', () => {
    const rising = [40, 3, 1, 0.5, 0.3, 0.3, 100, 119, 121, 122, 123, 123];
    expect(driftCheck(rising, gas)).toEqual({ zeroDriftPct: 0.2, spanDriftPct: 2, passed: true });
    const drifted = driftCheck([0, 0, 0, 0, 126, 126, 126, 126], gas);
    expect(drifted).toMatchObject({ spanDriftPct: 4, passed: false });
  });
  it('a check of one gas alone does not pass, and too few values say nothing', () => {
    expect(driftCheck([0, 0, 0], gas)).toMatchObject({
      zeroDriftPct: 0,
      spanDriftPct: undefined,
      passed: false,
    });
    expect(driftCheck([0, 120], gas)).toBeUndefined();
  });
  it('frozen, negative, over range, air in the stack', () => {
    expect(doubtsOf(new Array(60).fill(5), 'nox', [0, 400])).toEqual(['frozen']);
    expect(doubtsOf([5, -1, 6], 'nox', [0, 400])).toEqual(['negative']);
    expect(doubtsOf([500, 510, 6], 'nox', [0, 400])).toEqual(['over-range']);
    expect(doubtsOf([20.8, 20.7], 'oxygen', [0, 25])).toEqual(['oxygen-near-air']);
  });
  it('a ratio out of its band names both, a part above its whole too', () => {
    const ratios = [{ numerator: 'so2', denominator: 'nox', low: 0.1, high: 0.5 }];
    expect(ratioDoubts({ so2: 60, nox: 100 }, ratios)).toEqual({ so2: ['ratio'], nox: ['ratio'] });
    expect(ratioDoubts({ so2: 30, nox: 100 }, ratios)).toEqual({});
    expect(ratioDoubts({ so2: 30, nox: undefined }, ratios)).toEqual({});
    expect(Object.keys(ratioDoubts({ ammoniaNitrogen: 21, totalNitrogen: 20 }, []))).toEqual([
      'ammoniaNitrogen',
      'totalNitrogen',
    ]);
  });
  it('the calendar: the most urgent first, and a passed check counts as done', () => {
    const instrument = {
      ...{ id: 'a', name: 'Analyser', ranges: {}, checkGases: {}, driftLimitPct: 2.5 },
      duties: [
        { kind: 'calibration', everyMs: 24 * hourMs, lastMs: 0 },
        { kind: 'maintenance', everyMs: 240 * hourMs, lastMs: 0 },
      ],
    } as const;
    expect(duties([instrument], 30 * hourMs).map(({ kind, state }) => [kind, state])).toEqual([
      ['calibration', 'overdue'],
      ['maintenance', 'planned'],
    ]);
    const done = duties([instrument], 30 * hourMs, (_, { kind }) =>
      kind === 'calibration' ? 26 * hourMs : undefined,
    );
    expect(done[0]).toMatchObject({ kind: 'calibration', dueMs: 50 * hourMs, state: 'planned' });
  });
});

describe('wastewater day', () => {
  it('weights by flow, fills the mass of a gap from the hours before it, and judges by discharging hours', () => {
    const hour = (value: number | undefined, volumeM3: number | undefined) => ({ value, volumeM3 });
    const result = waterDay([
      hour(20, 10),
      hour(40, 30),
      hour(undefined, 20),
      hour(undefined, 20),
      hour(30, 0),
    ]);
    // Mean of the two hours before the gap: 30 mg/L on 40 m3 is 1.2 kg.
    expect(result).toMatchObject({
      hours: 5,
      validHours: 3,
      dischargingHours: 4,
      valid: false,
      volumeM3: 80,
    });
    expect(result.mean).toBeCloseTo((20 * 10 + 40 * 30) / 40, 9);
    expect(result.measuredKg).toBeCloseTo(1.4, 9);
    expect(result.substitutedKg).toBeCloseTo(1.2, 9);
  });
});

describe('noise day', () => {
  it('needs three quarters of the day and of the night', () => {
    const hours = hoursOfDay((hour) => (hour >= 6 && hour < 22 ? 60 : 50)).map(
      ({ startMs, value }, hour) => ({
        ...{ startMs, leq: value, lmax: 70 + hour },
        period: hour >= 6 && hour < 22 ? ('day' as const) : ('night' as const),
      }),
    );
    // The facts' worked example: 60 by day and 50 by night are 60.0.
    const whole = noiseDay(hours, day);
    expect(whole).toMatchObject({ dayHours: 16, nightHours: 8, nightLmax: 93 });
    expect([whole.dayLeq, whole.nightLeq, whole.ldn].map((level) => level?.toFixed(6))).toEqual([
      ...['60.000000', '50.000000', '60.000000'],
    ]);
    const short = noiseDay(
      hours.filter((_, hour) => hour > 3),
      day,
    );
    expect(short).toMatchObject({ nightHours: 4, nightLeq: undefined, ldn: undefined });
  });
  it('an energy mean lies between the mean and the highest level', () => {
    fc.assert(
      fc.property(
        fc.array(fc.double({ min: 20, max: 120, noNaN: true }), { minLength: 1, maxLength: 60 }),
        (levels) => {
          const mean = levels.reduce((a, b) => a + b, 0) / levels.length;
          expect(energyMean(levels)).toBeGreaterThanOrEqual(mean - 1e-9);
          expect(energyMean(levels)).toBeLessThanOrEqual(Math.max(...levels) + 1e-9);
        },
      ),
    );
  });
});

describe('cause of an exceedance', () => {
  it('the most direct evidence comes first; what is not measured accuses nobody', () => {
    expect(
      explainEpisode({ facilities: [{ asset: 'dosing', powerShare: 0.02 }], loadFactor: 2, doubts: [] }),
    ).toEqual({
      cause: 'treatment-off',
      reasons: ['dosing was off', 'load 2.0 times the usual'],
    });
    expect(explainEpisode({ facilities: [{ asset: 'dosing', powerShare: 0.4 }], doubts: [] }).cause).toBe(
      'treatment-under-powered',
    );
    expect(
      explainEpisode({ facilities: [], doubts: [], oxygenAboveUsualPct: 3, coFactor: 4, ringelmann: 2.1 }),
    ).toEqual({
      cause: 'combustion',
      reasons: [
        'oxygen 3.0 points above the usual',
        'carbon monoxide 4.0 times the usual',
        'smoke of grade 2.1 seen',
      ],
    });
    expect(explainEpisode({ facilities: [{ asset: 'fan' }], doubts: [] })).toEqual({
      cause: 'unknown',
      reasons: [],
    });
  });
});
