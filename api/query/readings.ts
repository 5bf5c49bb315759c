import { PlantscopeError } from '../../model/error.ts';
import type { Tag } from '../../model/plant.ts';
import { toIsoTime } from '../../model/reading.ts';
import { statusCodes } from '../../model/status.ts';
import type { TimeWindow } from '../../model/window.ts';
import type { Aggregate, AggregatePoint, RawSeries } from '../../store/time-series-store.ts';
import type { Backend } from '../ports.ts';
import type { Series } from '../schemas/readings.ts';
import { type Step, stepFor } from './step.ts';

/** Points in one answer, over all its tags: bounds the memory and the time of one request. */
const MAX_POINTS = 500_000;

type ReadingsBackend = Pick<Backend, 'store' | 'calendar'>;

/** Raw readings; a tag with more than its share is thinned out to the extremes of each window. */
export async function rawSeries(
  backend: ReadingsBackend,
  tags: readonly Tag[],
  span: TimeWindow,
  maxPoints = MAX_POINTS,
): Promise<Series[]> {
  if (tags.length === 0) return [];
  const limit = Math.max(10, Math.min(maxPoints, Math.floor(MAX_POINTS / tags.length)));
  const rows = await backend.store.readings({ tags: idsOf(tags), ...span, limit: limit + 1 });
  const byTag = new Map(rows.map((row) => [row.tag, row]));
  const dense = tags.filter((tag) => isDense(tag, byTag.get(tag.id), limit));
  const thinned = await thinOut(backend, dense, span, limit);
  return tags.map((tag) => thinned.get(tag.id) ?? rawOf(tag, byTag.get(tag.id), limit));
}

const isDense = (tag: Tag, row: RawSeries | undefined, limit: number): boolean =>
  tag.definition.kind !== 'text' && row !== undefined && row.points.length > limit;

async function thinOut(
  backend: ReadingsBackend,
  tags: readonly Tag[],
  span: TimeWindow,
  limit: number,
): Promise<Map<string, Series>> {
  if (tags.length === 0) return new Map();
  const step = stepFor(span, limit / 2);
  const series = await aggregatedSeries(backend, tags, span, step, 'minmax');
  const downsampled = { every: step.text, aggregate: 'minmax' };
  return new Map(series.map((one) => [one.tag, { ...one, downsampled }]));
}

function rawOf(tag: Tag, row: RawSeries | undefined, limit: number): Series {
  const points = row?.points ?? [];
  const next = points[limit];
  return {
    tag: tag.id,
    unit: tag.unit,
    points: points.slice(0, limit).map((point) => [toIsoTime(point), point.value, point.status]),
    ...(next && { truncatedAt: toIsoTime(next) }),
  };
}

/**
 * One point a window and tag. Windows without a good reading are left out; texts have no aggregate and give no point.
 * @throws PlantscopeError `too-many-points`
 */
export async function aggregatedSeries(
  { store, calendar }: ReadingsBackend,
  tags: readonly Tag[],
  span: TimeWindow,
  step: Step,
  aggregate: Aggregate,
): Promise<Series[]> {
  refuseTooMany(tags.length, span, step);
  const countable = tags.filter((tag) => tag.definition.kind !== 'text');
  const rows =
    countable.length === 0
      ? []
      : await store.aggregates({ tags: idsOf(countable), ...span, aggregate, every: step.every });
  const byTag = new Map(rows.map((row) => [row.tag, row.points]));
  const isCalendar = typeof step.every === 'string';
  const isoOf = ({ timeMs }: AggregatePoint): string =>
    isCalendar ? calendar.toIso(timeMs) : new Date(timeMs).toISOString();
  return tags.map((tag) => ({
    tag: tag.id,
    unit: aggregate === 'count' ? '1' : tag.unit,
    points: (byTag.get(tag.id) ?? []).map((point) => [isoOf(point), point.value, statusCodes.good]),
  }));
}

function refuseTooMany(tagCount: number, span: TimeWindow, step: Step): void {
  const points = (tagCount * (span.endMs - span.startMs)) / step.lengthMs;
  if (points <= MAX_POINTS) return;
  throw new PlantscopeError(
    'too-many-points',
    `${Math.ceil(points)} points asked for, at most ${MAX_POINTS}`,
    {
      where: 'every',
      hint: `Ask for fewer tags, a shorter span, or every=${stepFor(span, MAX_POINTS / tagCount).text}.`,
    },
  );
}

const idsOf = (tags: readonly Tag[]): string[] => tags.map((tag) => tag.id);
