import { eventOf, type SourceEvent } from '../model/event.ts';
import type { Reading } from '../model/reading.ts';
import type { TimeWindow } from '../model/window.ts';
import { checkResults } from './result-check.ts';
import type { ResultRow, TimeSeriesStore } from './time-series-store.ts';

const measurement = 'source_events';

/** Events and alarms of the sources themselves, kept beside the derived figures, so that Grafana finds them too. */
export class SourceEvents {
  readonly #store: Pick<TimeSeriesStore, 'writeResults'>;

  constructor(store: Pick<TimeSeriesStore, 'writeResults'>) {
    this.#store = store;
  }

  /**
   * Writing an event twice is writing it once.
   * @param readings of `eventReading`, at their final times
   * @returns those that are no event
   */
  async put(readings: readonly Reading[]): Promise<readonly Reading[]> {
    const rows = readings.map((reading) => ({ reading, row: rowOf(reading) }));
    await this.#store.writeResults(rows.flatMap(({ row }) => (row ? [row] : [])));
    return rows.filter(({ row }) => row === undefined).map(({ reading }) => reading);
  }
}

/** By ascending time. */
export async function readSourceEvents(
  store: Pick<TimeSeriesStore, 'results'>,
  window: TimeWindow,
  source?: string,
): Promise<readonly SourceEvent[]> {
  const where = source === undefined ? {} : { where: { source } };
  const rows = await store.results({ measurement, ...window, ...where });
  return [...rows].sort((a, b) => a.timeMs - b.timeMs || placeOf(a) - placeOf(b)).map(eventOfRow);
}

const placeOf = ({ series }: ResultRow): number => Number(series.place);

/** `place` counts the events of one source at one millisecond: what the same-time rule gave as nanoseconds. */
function rowOf(reading: Reading): ResultRow | undefined {
  const event = eventOf(reading);
  if (!event) return undefined;
  const { source, timeMs, condition, ...fields } = event;
  const row = {
    measurement,
    series: { source, place: String(reading.timeNs) },
    timeMs,
    fields: {
      ...fields,
      ...(condition && {
        ...{ condition: condition.id, conditionName: condition.name, active: condition.active },
        ...{ acknowledged: condition.acknowledged, retain: condition.retain },
      }),
    },
  };
  return isStorable(row) ? row : undefined;
}

function isStorable(row: ResultRow): boolean {
  try {
    checkResults([row]);
    return true;
  } catch {
    return false; // the caller refuses the event, with its text
  }
}

function eventOfRow({ series, timeMs, fields }: ResultRow): SourceEvent {
  const text = (name: string): string => String(fields[name] ?? '');
  const event = {
    ...{ source: series.source ?? '', timeMs, id: text('id'), type: text('type'), about: text('about') },
    ...{ message: text('message'), severity: Number(fields.severity ?? 1) },
  };
  if (fields.condition === undefined) return event;
  const condition = {
    ...{ id: text('condition'), name: text('conditionName'), active: fields.active === true },
    ...{ acknowledged: fields.acknowledged === true, retain: fields.retain === true },
  };
  return { ...event, condition };
}

/** Conditions that still want an operator's eye: the newest state of each, where it is active or not acknowledged. */
export function standingConditions(events: readonly SourceEvent[]): SourceEvent[] {
  const newest = new Map<string, SourceEvent>();
  for (const event of events) {
    if (event.condition) newest.set(`${event.source} ${event.condition.id}`, event);
  }
  return [...newest.values()].filter(({ condition }) => condition?.retain === true);
}
