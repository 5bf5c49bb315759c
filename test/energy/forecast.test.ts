import { describe, expect, test } from 'vitest';
import { readSeriesRows, toSeries } from '../../cli/analyse/energy-series.ts';
import { PlantCalendar } from '../../model/calendar.ts';
import { dayMs, hourMs, quarterHourMs } from '../../model/window.ts';
import { calibrate, rollingForecast, scoreForecast } from '../../scenarios/energy/forecast-run.ts';
import { intervalStartOf } from '../../scenarios/energy/interval-stamp.ts';
import { dayIndexOf, loadHistory, weekdayOf } from '../../scenarios/energy/load-days.ts';
import { datasetPath } from '../datasets.ts';

const calendar = new PlantCalendar('Asia/Shanghai');
const path = datasetPath('steel-energy/steel_2018_jan_sep.csv');

function steelSeries() {
  return toSeries(
    readSeriesRows(path ?? '', calendar).map((row) => ({
      ...row,
      timeMs: intervalStartOf('end-same-day', row.timeMs, quarterHourMs, calendar),
    })),
  );
}

const period = (from: string, to: string) => ({
  startMs: calendar.parse(from) ?? 0,
  endMs: calendar.parse(to) ?? 0,
});

describe.skipIf(path === undefined)('the steel plant', () => {
  test.each([
    ['2018-07-01', '2018-10-01'],
    ['2018-04-01', '2018-07-01'],
  ])('from %s to %s the forecast beats last week by a fifth and its interval holds', (from, to) => {
    const scores = scoreForecast(
      rollingForecast(loadHistory(steelSeries(), quarterHourMs, calendar), period(from, to)),
    );
    expect(1 - scores.rmse / scores.reference.rmse).toBeGreaterThan(0.2);
    expect(1 - scores.mae / scores.reference.mae).toBeGreaterThan(0.2);
    expect(scores.coverage).toBeGreaterThan(0.86);
    expect(scores.coverage).toBeLessThan(0.94);
  });

  test('the row 00:00 closes the day it is dated', () => {
    const series = steelSeries();
    expect(series.length).toBe(26_208);
    const steps = new Set(series.slice(1).map((point, index) => point.timeMs - (series[index]?.timeMs ?? 0)));
    expect([...steps]).toEqual([quarterHourMs]);
    expect(series[0]?.timeMs).toBe(calendar.parse('2018-01-01'));
  });
});

/** Ten weeks of hours: a working-day hump and a low weekend. */
const weeks = Array.from({ length: 70 * 24 }, (_, hour) => {
  const timeMs = calendar.instantMs(2026, 1, 5, hour);
  const { weekday, hour: ofDay } = calendar.local(timeMs);
  return { timeMs, value: weekday <= 5 && ofDay >= 8 && ofDay < 18 ? 100 + ofDay : 10 };
});

test('nothing at or after midnight changes the forecast of that day', () => {
  const test = period('2026-03-02', '2026-03-03');
  const forecastOf = (series: typeof weeks) =>
    rollingForecast(loadHistory(series, hourMs, calendar), test).flatMap((day) =>
      day.points.map(({ forecast, lower, upper }) => [forecast, lower, upper]),
    );
  const changed = weeks.map((point) => (point.timeMs >= test.startMs ? { ...point, value: 1e6 } : point));
  const cut = weeks.filter((point) => point.timeMs < test.startMs);
  expect(forecastOf(weeks)).toHaveLength(24);
  expect(forecastOf(changed)).toEqual(forecastOf(weeks));
  expect(forecastOf(cut)).toEqual(forecastOf(weeks));
});

test('a load with a strict weekly rhythm is forecast exactly', () => {
  const [day] = rollingForecast(loadHistory(weeks, hourMs, calendar), period('2026-03-02', '2026-03-03'));
  const worst = Math.max(
    ...(day?.points ?? []).map(({ actual, forecast }) => Math.abs((actual ?? 0) - forecast)),
  );
  // A weekend day keeps a small weight in the mean.
  expect(worst).toBeLessThan(2);
});

test('a test period without earlier data is refused', () => {
  const history = loadHistory(weeks, hourMs, calendar);
  expect(() => rollingForecast(history, period('2025-01-01', '2025-01-02'))).toThrow(
    expect.objectContaining({ code: 'forecast-no-history' }),
  );
});

test('misses widen the next interval, and their absence narrows it', () => {
  const point = { timeMs: 0, forecast: 1, lower: 0, upper: 2, lastWeek: 1 };
  expect(calibrate(0.1, [{ ...point, actual: 3 }])).toBeLessThan(0.1);
  expect(calibrate(0.1, [{ ...point, actual: 1 }])).toBeGreaterThan(0.1);
  expect(calibrate(0.1, [{ ...point, actual: undefined }])).toBe(0.1);
});

test('days are counted by the local date, over a clock change too', () => {
  const berlin = new PlantCalendar('Europe/Berlin');
  const before = berlin.instantMs(2026, 3, 28, 12);
  const index = dayIndexOf(before, berlin);
  expect(dayIndexOf(berlin.instantMs(2026, 3, 30, 0), berlin)).toBe(index + 2);
  expect(weekdayOf(index)).toBe(berlin.local(before).weekday);
  const hours = Array.from({ length: 60 * 24 }, (_, hour) => ({
    timeMs: berlin.instantMs(2026, 2, 1) + hour * hourMs,
    value: 5,
  }));
  const [short] = rollingForecast(loadHistory(hours, hourMs, berlin), {
    startMs: berlin.instantMs(2026, 3, 29),
    endMs: berlin.instantMs(2026, 3, 30),
  });
  expect(short?.points).toHaveLength(23);
});

test('an end stamp moves back by one interval', () => {
  const midnight = calendar.parse('2026-05-02') ?? 0;
  expect(intervalStartOf('end', midnight, hourMs, calendar)).toBe(midnight - hourMs);
  expect(intervalStartOf('end-same-day', midnight, hourMs, calendar)).toBe(midnight + dayMs - hourMs);
  expect(intervalStartOf('start', midnight, hourMs, calendar)).toBe(midnight);
});
