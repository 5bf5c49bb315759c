import { type Reading, toNanosecondText } from '../model/reading.ts';
import { dayMs, type TimeWindow } from '../model/window.ts';
import type {
  ReadingsQuery,
  RefusedReading,
  ResultRow,
  TagCount,
  TimeSeriesStore,
} from './time-series-store.ts';

/** Readings held in memory at a time. */
const PAGE = 50_000;

export interface CopyReport {
  readonly readings: number;
  readonly results: number;
  readonly refused: readonly RefusedReading[];
  /** Tags whose readings, and measurements whose derived figures, are not all there afterwards. */
  readonly differing: readonly CountDifference[];
}

export interface CountDifference {
  /** Or the name of a measurement. */
  readonly tag: string;
  readonly source: number;
  /** Those of them that are in the target. */
  readonly target: number;
}

export interface CopyOptions {
  readonly window: TimeWindow;
  /** Called as readings arrive. */
  onProgress(copied: number, total: number): void;
}

/** What a copy is read from. */
export type CopySource = Pick<TimeSeriesStore, 'readings' | 'results' | 'tagCounts' | 'resultMeasurements'>;

/** Copies all readings and derived figures of a window, day by day, and compares the counts. Repeating it is harmless. */
export async function copyStore(
  source: CopySource,
  target: TimeSeriesStore,
  { window, onProgress }: CopyOptions,
): Promise<CopyReport> {
  const before = await source.tagCounts(window);
  const total = before.reduce((sum, { count }) => sum + count, 0);
  const refused: RefusedReading[] = [];
  let readings = 0;
  for await (const page of readingPages(source, window)) {
    refused.push(...(await target.write(page)));
    readings += page.length;
    onProgress(readings, total);
  }
  const copied = await copyResults(source, target, window);
  const differing = await differences(source, target, window, before);
  return {
    ...{ readings, refused },
    results: copied.reduce((sum, { source: count }) => sum + count, 0),
    differing: [...differing, ...copied.filter((count) => count.target < count.source)],
  };
}

/** Forecasts lie ahead of the window's end, which is the present. */
const FORECAST_MS = 366 * dayMs;

/** @returns rows of each measurement, there and here */
async function copyResults(
  source: CopySource,
  target: TimeSeriesStore,
  { startMs, endMs }: TimeWindow,
): Promise<readonly CountDifference[]> {
  const window = { startMs, endMs: endMs + FORECAST_MS };
  const counts: CountDifference[] = [];
  for (const measurement of await source.resultMeasurements()) {
    let copied = 0;
    for await (const rows of resultPages(source, measurement, window)) {
      await target.writeResults(rows);
      copied += rows.length;
    }
    let stored = 0;
    for await (const rows of resultPages(target, measurement, window)) stored += rows.length;
    counts.push({ tag: measurement, source: copied, target: stored });
  }
  return counts;
}

/** Derived figures of a measurement, thirty days at a time. */
export async function* resultPages(
  store: Pick<TimeSeriesStore, 'results'>,
  measurement: string,
  { startMs, endMs }: TimeWindow,
): AsyncGenerator<readonly ResultRow[]> {
  // Most spans hold nothing; the first row tells where to begin.
  const [first] = await store.results({ measurement, startMs, endMs, limit: 1 });
  for (let from = first?.timeMs ?? endMs; from < endMs; from += 30 * dayMs) {
    const rows = await store.results({
      measurement,
      startMs: from,
      endMs: Math.min(endMs, from + 30 * dayMs),
    });
    if (rows.length > 0) yield rows;
  }
}

/** Readings of all tags (or some), a day at a time and tag by tag within, in pages that fit the memory. */
export async function* readingPages(
  store: Pick<TimeSeriesStore, 'readings' | 'tagCounts'>,
  window: TimeWindow,
  tags?: readonly string[],
): AsyncGenerator<readonly Reading[]> {
  const known = tags ?? (await store.tagCounts(window)).map(({ tag }) => tag);
  const firstMs = await firstTimeMs(store, known, window);
  if (firstMs === undefined) return;
  for (let day = dayOf(firstMs); day < window.endMs; ) {
    const span = { startMs: Math.max(day, window.startMs), endMs: Math.min(day + dayMs, window.endMs) };
    const counts = (await store.tagCounts(span)).filter(
      ({ tag }) => tags === undefined || tags.includes(tag),
    );
    for (const group of groups(counts)) yield* pagesOf(store, { ...span, tags: group });
    day += dayMs;
    if (counts.length > 0) continue;
    // A stop of months, or the end.
    const nextMs = await firstTimeMs(store, known, { startMs: day, endMs: window.endMs });
    if (nextMs === undefined) return;
    day = dayOf(nextMs);
  }
}

const dayOf = (timeMs: number): number => Math.floor(timeMs / dayMs) * dayMs;

async function firstTimeMs(
  store: Pick<TimeSeriesStore, 'readings'>,
  tags: readonly string[],
  window: TimeWindow,
): Promise<number | undefined> {
  const series = await store.readings({ tags, ...window, limit: 1 });
  const times = series.flatMap(({ points }) => points.map(({ timeMs }) => timeMs));
  return times.length > 0 ? times.reduce((a, b) => Math.min(a, b)) : undefined;
}

/** Tags that together fit one page; a tag with more readings is alone. */
function groups(counts: readonly TagCount[]): string[][] {
  const found: string[][] = [];
  let room = 0;
  for (const { tag, count } of counts) {
    if (count > room) {
      found.push([]);
      room = PAGE;
    }
    found.at(-1)?.push(tag);
    room -= count;
  }
  return found;
}

async function* pagesOf(
  store: Pick<TimeSeriesStore, 'readings'>,
  query: ReadingsQuery,
): AsyncGenerator<readonly Reading[]> {
  let from = { startMs: query.startMs, startNs: 0 };
  for (;;) {
    const series = await store.readings({ ...query, ...from, limit: PAGE });
    const page = series.flatMap(({ tag, points }) => points.map((point) => ({ tag, ...point })));
    if (page.length > 0) yield page;
    // Only a tag that is alone can fill its page.
    const last = series[0]?.points.at(-1);
    if (series.length > 1 || last === undefined || page.length < PAGE) return;
    from = { startMs: last.timeMs, startNs: last.timeNs + 1 };
  }
}

/** Tags of which the target lacks readings of the source. */
async function differences(
  source: CopySource,
  target: CopySource,
  window: TimeWindow,
  before: readonly TagCount[],
): Promise<CountDifference[]> {
  const after = new Map((await target.tagCounts(window)).map(({ tag, count }) => [tag, count]));
  const found: CountDifference[] = [];
  for (const { tag, count } of before) {
    const there = after.get(tag) ?? 0;
    // Where the target has more, it had others before: only a look at each reading tells.
    const missing = there > count ? await missingOf(source, target, window, tag) : count - there;
    if (missing > 0) found.push({ tag, source: count, target: count - missing });
  }
  return found;
}

/** How many readings of a tag are at no time of the target. */
async function missingOf(
  source: CopySource,
  target: CopySource,
  window: TimeWindow,
  tag: string,
): Promise<number> {
  let missing = 0;
  for await (const page of readingPages(source, window, [tag])) {
    const [first, last] = [page[0] as Reading, page.at(-1) as Reading];
    const span = { startMs: first.timeMs, endMs: last.timeMs + 1 };
    const there = new Set<string>();
    for await (const other of readingPages(target, span, [tag]))
      for (const reading of other) there.add(toNanosecondText(reading));
    missing += page.filter((reading) => !there.has(toNanosecondText(reading))).length;
  }
  return missing;
}
