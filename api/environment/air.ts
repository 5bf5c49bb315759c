import { dayMs, hourMs, type TimeWindow } from '../../model/window.ts';
import { airDay, dailyIndices } from '../../scenarios/environment/air-day.ts';
import { type AirPeriod, airLimitAt } from '../../scenarios/environment/air-standards.ts';
import type { AqiEdition } from '../../scenarios/environment/aqi-tables.ts';
import { type HourValue, movingMeans } from '../../scenarios/environment/moving-mean.ts';
import { NOISE_LIMITS, type NoisePeriod } from '../../scenarios/environment/noise.ts';
import { type NoiseHour, noiseDay } from '../../scenarios/environment/noise-day.ts';
import { SPEED_CLASSES_M_PER_S, windRose } from '../../scenarios/environment/wind-rose.ts';
import type { ResultRow } from '../../store/time-series-store.ts';
import type { Backend } from '../ports.ts';
import { iso } from '../query/answer.ts';
import { bySeries, rowsOf } from './outlet-rows.ts';

type Reader = Pick<Backend, 'store' | 'plant' | 'calendar'>;

/** 2026-03-01 00:00 in China, the day HJ 633-2026 took effect. */
const EDITION_2026_FROM_MS = Date.UTC(2026, 1, 28, 16);

/** A station with fewer of them is one at the fence, not of ambient air. */
const AQI_ITEMS = ['so2', 'no2', 'co', 'o3', 'pm10', 'pm25'] as const;

const hourValue = ({ timeMs, fields }: ResultRow): HourValue => ({
  startMs: timeMs,
  value: fields.status === 'valid' && typeof fields.value === 'number' ? fields.value : undefined,
});

/** Hourly values of each ambient station by quantity, from eight hours before the span. */
async function stationHours(backend: Reader, span: TimeWindow) {
  const rows = await rowsOf(backend, 'station_hourly', { ...span, startMs: span.startMs - 8 * hourMs });
  const stations = new Map<string, Record<string, HourValue[]>>();
  for (const { asset, pollutant, rows: own } of bySeries(rows)) {
    const nature = backend.plant.assetsById.get(asset)?.nature.name;
    if (nature !== 'ambient-station') continue;
    stations.set(asset, { ...stations.get(asset), [pollutant]: own.map(hourValue) });
  }
  return stations;
}

/** Daily index of each station and whole local day of the span, in both editions. */
export async function dailyAqi(backend: Reader, span: TimeWindow) {
  const stations = await stationHours(backend, span);
  const days = backend.calendar.windows('day', span);
  const ambient = [...stations].filter(([, hours]) => AQI_ITEMS.filter((item) => item in hours).length >= 3);
  return ambient.flatMap(([asset, hours]) =>
    days.flatMap((day) => {
      const result = airDay(hours, day);
      if (Object.values(result.validHours).every((count) => count === 0)) return [];
      const editions = Object.entries(dailyIndices(result)) as [
        AqiEdition,
        ReturnType<typeof dailyIndices>[AqiEdition],
      ][];
      return editions.map(([edition, { aqi, level, primary, missing }]) => ({
        ...{ asset, day: backend.calendar.dayKey(day.startMs), edition },
        inForce: (edition === 'HJ633-2026') === day.startMs >= EDITION_2026_FROM_MS,
        ...(aqi !== undefined && { aqi }),
        ...(level && { category: level.category, colour: level.colour }),
        ...{ primary: primary.join(';'), missing: missing.join(';') },
        ...result.concentrations,
        exceeded: aboveDayLimit(result.concentrations, day.startMs).join(';'),
      }));
    }),
  );
}

function aboveDayLimit(concentrations: Readonly<Record<string, number | undefined>>, atMs: number): string[] {
  return Object.entries(concentrations).flatMap(([item, value]) => {
    const period: AirPeriod = item === 'o3_8h' ? 'eight-hours' : 'day';
    const limit = airLimitAt(item === 'o3_8h' ? 'o3' : item, period, atMs);
    return limit && value !== undefined && value > limit.value ? [item] : [];
  });
}

/** Moving 8 h means (ozone) and 24 h means (the others) at the end of each hour, against the limit in force. */
export async function movingAir(backend: Reader, span: TimeWindow) {
  const early = { ...span, startMs: span.startMs - dayMs };
  const stations = await stationHours(backend, early);
  return [...stations].flatMap(([asset, hours]) =>
    Object.entries(hours).flatMap(([pollutant, own]) => {
      const isOzone = pollutant === 'o3';
      const means = isOzone ? movingMeans(own) : movingMeans(own, 24, 20);
      return means
        .filter(({ endMs }) => endMs > span.startMs && endMs <= span.endMs)
        .map(({ endMs, value, hours: count }) => {
          const limit = airLimitAt(pollutant, isOzone ? 'eight-hours' : 'day', endMs);
          return {
            ...{ asset, pollutant, end: iso(endMs), value, hours: count },
            ...(limit && { limit: limit.value, edition: limit.edition }),
          };
        });
    }),
  );
}

/** Wind rose of a weather station and, with a pollutant (`asset.quantity`), its pollution rose. */
export async function roseOver(
  backend: Reader,
  span: TimeWindow,
  request: { readonly weather?: string | undefined; readonly pollutant?: string | undefined },
) {
  const weather = request.weather ?? weatherStation(backend);
  const rows = weather === undefined ? [] : await rowsOf(backend, 'station_hourly', span, { asset: weather });
  const byQuantity = new Map(bySeries(rows).map(({ pollutant, rows: own }) => [pollutant, own]));
  const direction = new Map(
    byQuantity.get('windDirection')?.map((row) => [row.timeMs, hourValue(row).value]),
  );
  const values = await pollutantHours(backend, span, request.pollutant);
  const hours = (byQuantity.get('windSpeed') ?? []).flatMap((row) => {
    const [speedMPerS, fromDeg] = [hourValue(row).value, direction.get(row.timeMs)];
    if (speedMPerS === undefined || fromDeg === undefined) return [];
    return [{ speedMPerS, fromDeg, value: values.get(row.timeMs) }];
  });
  const { sectors, meanValueInCalm, ...rose } = windRose(hours);
  const tag = backend.plant.tagsById.get(request.pollutant ?? '');
  return {
    ...(weather !== undefined && { weather }),
    ...(tag && { pollutant: tag.id, unit: tag.unit }),
    ...rose,
    ...(meanValueInCalm !== undefined && { meanValueInCalm }),
    classesMPerS: [...SPEED_CLASSES_M_PER_S],
    sectors: sectors.map(({ meanSpeedMPerS, meanValue, byClass, ...sector }) => ({
      ...{ ...sector, byClass: [...byClass] },
      ...(meanSpeedMPerS !== undefined && { meanSpeedMPerS }),
      ...(meanValue !== undefined && { meanValue }),
    })),
  };
}

const weatherStation = ({ plant }: Reader): string | undefined =>
  plant.assets.find(({ tags }) => tags.some(({ quantity }) => quantity === 'windDirection'))?.id;

async function pollutantHours(
  backend: Reader,
  span: TimeWindow,
  tag: string | undefined,
): Promise<ReadonlyMap<number, number | undefined>> {
  const [asset, pollutant] = (tag ?? '').split('.');
  if (!asset || !pollutant) return new Map();
  const rows = await rowsOf(backend, 'station_hourly', span, { asset, pollutant });
  return new Map(rows.map((row) => [row.timeMs, hourValue(row).value]));
}

/** Day, night and day-night levels of each meter and local day. */
export async function noiseDays(backend: Reader, span: TimeWindow) {
  const series = bySeries(await rowsOf(backend, 'noise_hourly', span));
  return series.flatMap(({ asset, rows }) => {
    const hours = rows.map(noiseHour);
    const limits = NOISE_LIMITS[String(backend.plant.assetsById.get(asset)?.properties.noiseClass)];
    return backend.calendar.windows('day', span).flatMap((day) => {
      const { dayLeq, nightLeq, ldn, nightLmax, dayHours, nightHours } = noiseDay(hours, day);
      if (dayHours + nightHours === 0) return [];
      const isOver = (level: number | undefined, period: NoisePeriod): boolean =>
        level !== undefined && limits !== undefined && level > limits[period];
      return [
        {
          ...{ asset, day: backend.calendar.dayKey(day.startMs), dayHours, nightHours },
          ...(dayLeq !== undefined && { dayLeq }),
          ...(nightLeq !== undefined && { nightLeq }),
          ...(ldn !== undefined && { ldn }),
          ...(nightLmax !== undefined && { nightLmax }),
          ...(limits && { dayLimit: limits.day, nightLimit: limits.night }),
          exceeded: isOver(dayLeq, 'day') || isOver(nightLeq, 'night'),
        },
      ];
    });
  });
}

function noiseHour({ timeMs, fields }: ResultRow): NoiseHour {
  const isValid = fields.status !== 'invalid';
  return {
    startMs: timeMs,
    leq: isValid && typeof fields.value === 'number' ? fields.value : undefined,
    lmax: typeof fields.lmax === 'number' ? fields.lmax : undefined,
    period: fields.period === 'night' ? 'night' : 'day',
  };
}
