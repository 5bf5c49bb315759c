import { qualityOf } from '../../../model/status.ts';
import { hourMs, minuteMs, type TimeWindow } from '../../../model/window.ts';
import type { RawPoint } from '../../../store/time-series-store.ts';
import { type DataFlag, FLAG_CLASS } from '../../environment/data-flag.ts';
import { type StackHourItem, stackHours } from '../../environment/stack-hour.ts';
import { HJ75_2017 } from '../../environment/stack-rules.ts';
import { type RawStackReading, standardiseReading } from '../../environment/stack-sample.ts';
import type { Job, JobReadings, JobRow, JobSubject } from '../job.ts';

const pollutants = ['dust', 'so2', 'nox', 'co'] as const;

const limitProperties: Readonly<Record<string, string>> = {
  dust: 'limitDustMgPerM3',
  so2: 'limitSo2MgPerM3',
  nox: 'limitNoxMgPerM3',
};

/** Hourly means of each stack's pollutants at the reference oxygen, with validity and the limit. */
export const stackHourlyJob: Job = {
  measurement: 'stack_hourly',
  windowMs: hourMs,
  reachMs: 0,
  holds: ['dataFlag'],
  subjects: (plant) =>
    plant.assets
      .filter((asset) => asset.nature.name === 'stack-monitor')
      .map((asset) => ({ asset, tags: asset.tags })),
  compute: (subject, window, readings) => {
    const { referenceOxygenPct } = subject.asset.properties;
    const present = pollutants.filter((name) => subject.tags.some((tag) => tag.quantity === name));
    const samples = minuteReadings(present, window, readings).map((raw) =>
      standardiseReading(raw, {
        basis: 'standard-dry',
        oxygenBasis: 'dry',
        ductAreaM2: numeric(subject.asset.properties.ductAreaM2),
        atmosphericPressurePa: 101_325,
        measuresNo2: false,
      }),
    );
    const outlet = {
      pollutants: present,
      ...(typeof referenceOxygenPct === 'number' && { referenceOxygenPercent: referenceOxygenPct }),
    };
    const [hour] = stackHours(samples, window.startMs, window.endMs, outlet, HJ75_2017);
    if (!hour || samples.length === 0) return [];
    return present.flatMap((name) => rowOf(subject, name, hour.items[name]));
  },
};

function rowOf({ asset }: JobSubject, pollutant: string, item: StackHourItem | undefined): JobRow[] {
  if (!item) return [];
  const limit = numeric(asset.properties[limitProperties[pollutant] ?? '']);
  const corrected = item.correctedMgPerM3;
  return [
    {
      series: { asset: asset.id, pollutant },
      fields: {
        status: item.status,
        completeness: item.validMinutes / 60,
        method: item.status === 'invalid' ? (item.cause ?? 'missing') : 'measured',
        edition: 'HJ 75-2017',
        unit: 'mg/m3',
        ...(item.measuredMgPerM3 !== undefined && { measured: item.measuredMgPerM3 }),
        ...(corrected !== undefined && { value: corrected }),
        ...(item.massKg !== undefined && { massKg: item.massKg }),
        ...(limit !== undefined && { limit }),
        ...(limit !== undefined && corrected !== undefined && { exceeded: corrected > limit }),
      },
    },
  ];
}

/** One reading a minute: the mean of the good values in it. A minute without any good value has no entry. */
function minuteReadings(
  present: readonly string[],
  window: TimeWindow,
  readings: JobReadings,
): RawStackReading[] {
  const endMs = Math.min(window.endMs, readings.nowMs);
  const mean = new Map(
    [...present, 'oxygen', 'temperature', 'pressure', 'moisture', 'velocity'].map((quantity) => [
      quantity,
      minuteMeans(readings.of(quantity), window),
    ]),
  );
  const flags = readings.of('dataFlag');
  const minutes: RawStackReading[] = [];
  for (let startMs = window.startMs; startMs < endMs; startMs += minuteMs) {
    const at = (quantity: string) => mean.get(quantity)?.get(startMs);
    const concentrations = Object.fromEntries(
      present.flatMap((name) => {
        const value = at(name);
        return value === undefined ? [] : [[name, { value, unit: 'mg/m3' as const }]];
      }),
    );
    if (Object.keys(concentrations).length === 0) continue;
    const pressureKpa = at('pressure');
    minutes.push({
      startMs,
      durationMs: minuteMs,
      flag: flagAt(flags, startMs),
      concentrations,
      oxygenPercent: at('oxygen'),
      temperatureC: at('temperature'),
      staticPressurePa: pressureKpa === undefined ? undefined : pressureKpa * 1000,
      moisturePercent: at('moisture'),
      velocityMPerS: at('velocity'),
    });
  }
  return minutes;
}

function minuteMeans(points: readonly RawPoint[], window: TimeWindow): ReadonlyMap<number, number> {
  const sums = new Map<number, { sum: number; count: number }>();
  for (const { timeMs, value, status } of points) {
    if (typeof value !== 'number' || qualityOf(status) === 'bad' || timeMs < window.startMs) continue;
    const minute = Math.floor(timeMs / minuteMs) * minuteMs;
    const entry = sums.get(minute) ?? { sum: 0, count: 0 };
    sums.set(minute, { sum: entry.sum + value, count: entry.count + 1 });
  }
  return new Map([...sums].map(([minute, { sum, count }]) => [minute, sum / count]));
}

/** The data flag in force at a minute: the last one given before its end; N where none was given. */
function flagAt(flags: readonly RawPoint[], startMs: number): DataFlag {
  const last = flags.filter((point) => point.timeMs < startMs + minuteMs).at(-1)?.value;
  return typeof last === 'string' && last in FLAG_CLASS ? (last as DataFlag) : 'N';
}

const numeric = (value: unknown): number | undefined => (typeof value === 'number' ? value : undefined);
