import type { ReadableStore } from '../../api/ports.ts';
import { PlantCalendar } from '../../model/calendar.ts';
import type { Plant } from '../../model/plant.ts';
import type { Reading } from '../../model/reading.ts';
import { fixedWindows, hourMs, minuteMs, quarterHourMs, type TimeWindow } from '../../model/window.ts';
import type {
  AggregatePoint,
  AggregatesQuery,
  ResultRow,
  ResultsQuery,
} from '../../store/time-series-store.ts';
import { signalAt } from './demo-signals.ts';

/** A store whose readings, one a minute, and results are functions of time. */
export function demoStore(plant: Plant, nowMs: () => number): ReadableStore {
  const calendar = new PlantCalendar(plant.site.timeZone);
  const at = (tag: string, timeMs: number): Reading | undefined => {
    const known = plant.tagsById.get(tag);
    return known && signalAt(known, timeMs);
  };
  return {
    describe: async () => ({ kind: 'duckdb', version: 'demo', location: 'memory' }),
    latest: async (tags = plant.tags.map((tag) => tag.id)) =>
      tags.flatMap((tag) => at(tag, Math.floor(nowMs() / minuteMs) * minuteMs) ?? []),
    readings: async ({ tags, startMs, endMs, limit = Number.POSITIVE_INFINITY }) =>
      tags.map((tag) => ({
        tag,
        points: minutesOf({ startMs, endMs: Math.min(endMs, nowMs()) }, limit).flatMap(
          (t) => at(tag, t) ?? [],
        ),
      })),
    aggregates: async (query) => {
      const end = { startMs: query.startMs, endMs: Math.min(query.endMs, nowMs()) };
      const windows =
        typeof query.every === 'number' ? fixedWindows(end, query.every) : calendar.windows(query.every, end);
      return query.tags.map((tag) => ({
        tag,
        points: windows.flatMap((window) => pointsOf(query, window, (t) => at(tag, t))),
      }));
    },
    results: async (query) => demoResults(plant, { ...query, endMs: Math.min(query.endMs, nowMs()) }),
  };
}

function minutesOf({ startMs, endMs }: TimeWindow, limit: number): number[] {
  const times: number[] = [];
  for (let t = Math.ceil(startMs / minuteMs) * minuteMs; t < endMs && times.length < limit; t += minuteMs)
    times.push(t);
  return times;
}

function pointsOf(
  { aggregate }: AggregatesQuery,
  window: TimeWindow,
  at: (t: number) => Reading | undefined,
): AggregatePoint[] {
  const step = Math.max(minuteMs, (window.endMs - window.startMs) / 4);
  const readings: { t: number; v: number }[] = [];
  for (let t = window.startMs; t < window.endMs; t += step) {
    const value = at(t)?.value;
    if (typeof value === 'number' || typeof value === 'boolean') readings.push({ t, v: Number(value) });
  }
  const [first, last] = [readings[0], readings.at(-1)];
  if (!first || !last) return [];
  const sorted = readings.toSorted((a, b) => a.v - b.v);
  const extremes = [sorted[0], sorted.at(-1)].filter((one) => one !== undefined).sort((a, b) => a.t - b.t);
  const count = readings.length;
  if (aggregate === 'minmax') return extremes.map(({ t, v }) => ({ timeMs: t, value: v, count }));
  const sum = readings.reduce((total, { v }) => total + v, 0);
  const end = Number(at(window.endMs)?.value ?? last.v);
  const values: Record<string, number> = {
    min: sorted[0]?.v ?? 0,
    max: sorted.at(-1)?.v ?? 0,
    first: first.v,
    last: last.v,
    sum,
    count,
    increase: end - first.v,
  };
  return [{ timeMs: window.startMs, value: values[aggregate] ?? sum / count, count }];
}

const carriers: Readonly<Record<string, readonly [quantity: string, unit: string]>> = {
  electricity: ['activeEnergyTotal', 'kWh'],
  water: ['volumeTotal', 'm3'],
  gas: ['volumeTotal', 'm3'],
  steam: ['massTotal', 't'],
  'compressed-air': ['volumeTotal', 'Nm3'],
};

const scales: Readonly<Record<string, number>> = {
  electricity: 1,
  water: 0.02,
  gas: 0.3,
  steam: 0.01,
  'compressed-air': 1.5,
};

function demoResults(plant: Plant, query: ResultsQuery): ResultRow[] {
  const rows = {
    energy_interval: energyRows,
    vibration_severity: severityRows,
    machine_state: stateRows,
    stack_hourly: stackRows,
  }[query.measurement];
  const wanted = Object.entries(query.where ?? {});
  return (rows?.(plant, query) ?? []).filter(({ series }) =>
    wanted.every(([key, value]) => series[key] === value),
  );
}

function energyRows(plant: Plant, span: ResultsQuery): ResultRow[] {
  const { asset: wanted, quantity: register } = span.where ?? {};
  if (register === 'reactiveEnergyTotal') return reactiveRows(plant, span);
  return plant.assets.flatMap((asset) => {
    if (wanted !== undefined && asset.id !== wanted) return [];
    const [quantity, unit] = carriers[asset.nature.carrier ?? ''] ?? [];
    const tag = quantity && plant.tagsById.get(`${asset.id}.${quantity}`);
    if (!tag) return [];
    const scale = scales[asset.nature.carrier ?? ''] ?? 1;
    const share = asset.parent === undefined ? 1 : 0.46;
    return fixedWindows(span, quarterHourMs).map((window): ResultRow => {
      const gain = Number(signalAt(tag, window.endMs).value) - Number(signalAt(tag, window.startMs).value);
      return {
        measurement: 'energy_interval',
        series: {
          asset: asset.id,
          carrier: asset.nature.carrier ?? '',
          quantity,
        },
        timeMs: window.startMs,
        fields: {
          value: gain * scale * share,
          unit: unit ?? '',
          completeness: 1,
          method: 'register-difference',
          edition: 'none',
          revision: 1,
        },
      };
    });
  });
}

/** Of the incoming meter, a third of its active energy: a power factor of 0.95. */
function reactiveRows(plant: Plant, span: ResultsQuery): ResultRow[] {
  const { quantity: _quantity, ...where } = span.where ?? {};
  return energyRows(plant, { ...span, where })
    .filter(({ series }) => series.asset === 'main-meter')
    .map((row) => ({
      ...row,
      series: { ...row.series, quantity: 'reactiveEnergyTotal' },
      fields: { ...row.fields, value: Number(row.fields.value) / 3, unit: 'kvarh' },
    }));
}

const machines = (plant: Plant) => plant.assets.filter((asset) => asset.nature.scenario === 'equipment');

function severityRows(plant: Plant, span: TimeWindow): ResultRow[] {
  return machines(plant).flatMap((asset) => {
    const tag = plant.tagsById.get(`${asset.id}.vibrationVelocity`);
    if (!tag) return [];
    return fixedWindows(span, quarterHourMs).map(({ startMs }): ResultRow => {
      const rms = Number(signalAt(tag, startMs).value) * (asset.id === 'fan-1' ? 2.3 : 0.6);
      const zone = rms < 1.4 ? 'A' : rms < 2.8 ? 'B' : rms < 4.5 ? 'C' : 'D';
      return {
        measurement: 'vibration_severity',
        series: { asset: asset.id },
        timeMs: startMs,
        fields: { value: rms, unit: 'mm/s', zone, completeness: 1, edition: 'ISO 20816-3:2022' },
      };
    });
  });
}

function stateRows(plant: Plant, span: TimeWindow): ResultRow[] {
  return machines(plant).flatMap((asset) => {
    const tag = plant.tagsById.get(`${asset.id}.running`);
    if (!tag) return [];
    return fixedWindows(span, hourMs).map(({ startMs }): ResultRow => {
      const state = signalAt(tag, startMs).value ? 'running' : 'stopped';
      return {
        measurement: 'machine_state',
        series: { asset: asset.id },
        timeMs: startMs,
        fields: { state, source: 'state-word', completeness: 1 },
      };
    });
  });
}

const limits = { dust: 20, so2: 50, nox: 50 } as const;

function stackRows(plant: Plant, span: TimeWindow): ResultRow[] {
  return Object.entries(limits).flatMap(([pollutant, limit]) => {
    const tag = plant.tagsById.get(`stack-1.${pollutant}`);
    if (!tag) return [];
    return fixedWindows(span, hourMs).map(({ startMs }): ResultRow => {
      const measured = Number(signalAt(tag, startMs).value) * (pollutant === 'dust' ? 0.3 : 1.1);
      return {
        measurement: 'stack_hourly',
        series: { asset: 'stack-1', pollutant },
        timeMs: startMs,
        fields: {
          measured,
          value: measured * 1.12,
          limit,
          completeness: 1,
          unit: 'mg/m3',
          edition: 'GB 13271-2014',
        },
      };
    });
  });
}
