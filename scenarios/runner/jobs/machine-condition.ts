import type { Tag } from '../../../model/plant.ts';
import { qualityOf } from '../../../model/status.ts';
import { minuteMs, overlapMs, quarterHourMs, type TimeWindow } from '../../../model/window.ts';
import type { RawPoint, ResultRow } from '../../../store/time-series-store.ts';
import type { ConditionRow } from '../../equipment/model/machine-model.ts';
import type { MethodState } from '../../equipment/state/running-state.ts';
import type { Span } from '../../equipment/state/state-span.ts';
import type { Job, JobReadings, JobRow, JobSubject } from '../job.ts';
import { STATE_REACH_MS } from './machine-signals.ts';
import { statesSoFar } from './machine-state.ts';

export const CONDITION_MEASUREMENT = 'machine_condition';
export const CONDITION_STEP_MS = 5 * minuteMs;

/** Share of a stretch that must be known as running for the stretch to count as running. */
const RUNNING_SHARE = 0.95;
/** Fields of a row that are no quantity. */
const OWN_FIELDS = new Set(['runningShare', 'completeness', 'method', 'revision', 'withdrawn']);

/**
 * Means of everything that a machine measures, in stretches of 5 minutes: what its models are trained on and judge. A value holds until
 * the next, as long as any value of the machine arrives.
 */
export const machineConditionJob: Job = {
  measurement: CONDITION_MEASUREMENT,
  windowMs: quarterHourMs,
  reachMs: STATE_REACH_MS,
  holds: ['state', 'running'],
  subjects: (plant) =>
    plant.assets
      .filter((asset) => asset.nature.scenario === 'equipment' && measuredTags(asset.tags).length > 0)
      .map((asset) => ({ asset, tags: asset.tags.filter(({ definition }) => definition.kind !== 'text') })),
  compute: (subject, window, readings) => {
    const states = statesSoFar(subject, readings);
    return stretchesOf(window, readings.nowMs).flatMap((stretch) =>
      rowOf(subject, stretch, states, readings),
    );
  },
};

/** Numbers that say how the machine is; counters and state words are none. */
const measuredTags = (tags: readonly Tag[]): Tag[] =>
  tags.filter(
    ({ definition, quantity }) =>
      definition.kind === 'number' &&
      !definition.cumulates &&
      quantity !== 'state' &&
      quantity !== 'toolWear',
  );

function stretchesOf({ startMs, endMs }: TimeWindow, nowMs: number): TimeWindow[] {
  return Array.from({ length: (endMs - startMs) / CONDITION_STEP_MS }, (_, i) => ({
    startMs: startMs + i * CONDITION_STEP_MS,
    endMs: startMs + (i + 1) * CONDITION_STEP_MS,
  })).filter((stretch) => stretch.endMs <= nowMs);
}

function rowOf(
  { asset, tags }: JobSubject,
  stretch: TimeWindow,
  states: readonly Span<MethodState>[],
  readings: JobReadings,
): JobRow[] {
  const isHeard = tags.some(({ quantity }) =>
    readings.of(quantity).some((point) => isGoodIn(point, stretch)),
  );
  if (!isHeard) return [];
  const runningMs = states
    .filter(({ state }) => state.state === 'running')
    .reduce((sum, span) => sum + overlapMs(span, stretch), 0);
  const measured = measuredTags(tags);
  const values = measured.flatMap(({ quantity }): [string, number][] => {
    const mean = heldMean(readings.of(quantity), stretch);
    return mean === undefined ? [] : [[quantity, mean]];
  });
  if (values.length === 0) return [];
  return [
    {
      timeMs: stretch.startMs,
      series: { asset: asset.id },
      fields: {
        ...Object.fromEntries(values),
        runningShare: runningMs / CONDITION_STEP_MS,
        completeness: values.length / measured.length,
        method: 'held-mean-5min',
      },
    },
  ];
}

const isGoodIn = ({ timeMs, status, value }: RawPoint, { startMs, endMs }: TimeWindow): boolean =>
  timeMs >= startMs && timeMs < endMs && value !== null && qualityOf(status) !== 'bad';

/** Mean over time, each value held until the next; undefined where a bad reading or none covers more than half. */
function heldMean(points: readonly RawPoint[], stretch: TimeWindow): number | undefined {
  let [weighted, known] = [0, 0];
  for (const [i, { timeMs, value, status }] of points.entries()) {
    const endMs = Math.min(points[i + 1]?.timeMs ?? stretch.endMs, stretch.endMs);
    const startMs = Math.max(timeMs, stretch.startMs);
    if (endMs <= startMs || typeof value !== 'number' || qualityOf(status) === 'bad') continue;
    weighted += value * (endMs - startMs);
    known += endMs - startMs;
  }
  // Twelve digits, so that the same readings give the same figure in whatever order they came.
  return known >= 0.5 * CONDITION_STEP_MS ? Number((weighted / known).toPrecision(12)) : undefined;
}

/** Stored rows as the models take them. */
export const conditionRows = (rows: readonly ResultRow[]): ConditionRow[] =>
  rows.map(({ timeMs, fields }) => ({
    timeMs,
    isRunning: Number(fields.runningShare) >= RUNNING_SHARE,
    values: Object.fromEntries(
      Object.entries(fields).filter(
        (entry): entry is [string, number] => typeof entry[1] === 'number' && !OWN_FIELDS.has(entry[0]),
      ),
    ),
  }));
