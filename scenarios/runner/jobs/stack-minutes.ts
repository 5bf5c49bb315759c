import type { Asset } from '../../../model/plant.ts';
import { minuteMs, type TimeWindow } from '../../../model/window.ts';
import type { RawPoint } from '../../../store/time-series-store.ts';
import { type DataFlag, parseDataFlag } from '../../environment/data-flag.ts';
import type { StackSample } from '../../environment/stack-hour.ts';
import { type RawStackReading, standardiseReading } from '../../environment/stack-sample.ts';
import type { JobReadings } from '../job.ts';
import { minuteMeansOf } from './minute-means.ts';

export const STACK_POLLUTANTS = ['dust', 'so2', 'nox', 'co'] as const;

const QUANTITIES = [...STACK_POLLUTANTS, 'oxygen', 'temperature', 'pressure', 'moisture', 'velocity', 'flow'];
const TRANSIENT_STATES: ReadonlySet<unknown> = new Set(['start-up', 'shutdown']);

/** One sample a minute, dry at the standard state: the mean of the good values in it. A minute without any has no entry. */
export function stackMinutes(
  asset: Asset,
  present: readonly string[],
  window: TimeWindow,
  readings: JobReadings,
): StackSample[] {
  const means = new Map(
    QUANTITIES.map((quantity) => [quantity, minuteMeansOf(readings.of(quantity), window)]),
  );
  const [flags, states] = [readings.of('dataFlag'), readings.of('processState')];
  const minutes: StackSample[] = [];
  const endMs = Math.min(window.endMs, readings.nowMs);
  for (let startMs = window.startMs; startMs < endMs; startMs += minuteMs) {
    const raw = rawMinute(startMs, present, (quantity) => means.get(quantity)?.get(startMs));
    if (!raw) continue;
    const transient = TRANSIENT_STATES.has(heldAt(states, startMs));
    minutes.push(
      standardiseReading({ ...raw, flag: flagAt(flags, startMs), transient }, instrumentsOf(asset)),
    );
  }
  return minutes;
}

function rawMinute(
  startMs: number,
  present: readonly string[],
  at: (quantity: string) => number | undefined,
): Omit<RawStackReading, 'flag'> | undefined {
  const concentrations = Object.fromEntries(
    present.flatMap((name) => {
      const value = at(name);
      return value === undefined ? [] : [[name, { value, unit: 'mg/m3' as const }]];
    }),
  );
  if (Object.keys(concentrations).length === 0) return undefined;
  const pressureKpa = at('pressure');
  return {
    ...{ startMs, durationMs: minuteMs, concentrations },
    oxygenPercent: at('oxygen'),
    temperatureC: at('temperature'),
    staticPressurePa: pressureKpa === undefined ? undefined : pressureKpa * 1000,
    moisturePercent: at('moisture'),
    velocityMPerS: at('velocity'),
    ductFlowM3PerH: at('flow'),
  };
}

const instrumentsOf = ({ properties }: Asset) => ({
  basis: 'standard-dry' as const,
  oxygenBasis: 'dry' as const,
  ductAreaM2: typeof properties.ductAreaM2 === 'number' ? properties.ductAreaM2 : undefined,
  atmosphericPressurePa: 101_325,
  measuresNo2: false,
});

/** The data flag in force at a minute: the last one given before its end; N where none was given. */
export function flagAt(flags: readonly RawPoint[], startMs: number): DataFlag {
  const last = heldAt(flags, startMs);
  return (typeof last === 'string' ? parseDataFlag(last) : undefined) ?? 'N';
}

/** The last value given before the end of a minute. */
function heldAt(points: readonly RawPoint[], startMs: number): unknown {
  return points.findLast((point) => point.timeMs < startMs + minuteMs)?.value;
}
