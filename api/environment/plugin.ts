import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import type { FastifyReply } from 'fastify';
import { hourMs, type TimeWindow } from '../../model/window.ts';
import type { ResultRow } from '../../store/time-series-store.ts';
import type { Backend } from '../ports.ts';
import { csvOf } from '../query/csv.ts';
import { addResultRoute } from '../query/result-route.ts';
import { readResults } from '../query/results.ts';
import { spanOf } from '../query/span.ts';
import {
  bySeries,
  episodesOf,
  OUTLET_MEASUREMENTS,
  outletsOf,
  permitOf,
  standingOf,
  totalOf,
} from './emission.ts';
import {
  ExceedancesAnswer,
  environmentRoutes,
  FormatOnly,
  OutletsAnswer,
  PermitsAnswer,
  SpanAndFormat,
  TotalsAnswer,
} from './schemas.ts';
import { uplinkRoute } from './uplink.ts';

const ROWS_A_YEAR = 200_000;

/** Scenario 34: environment. Reads what the runner wrote. */
export const environmentPlugin: FastifyPluginAsyncTypebox<{ backend: Backend }> = async (
  app,
  { backend },
) => {
  for (const route of environmentRoutes) addResultRoute(app, backend, route);
  await app.register(uplinkRoute, { backend });

  app.get('/outlets', { schema: outletsSchema }, async ({ query }, reply) => {
    const rows = outletsOf(backend.plant).map(({ id, name, nature, properties }) => ({
      ...{ asset: id, name, kind: nature.name },
      ...(properties.outletCode !== undefined && { outletCode: String(properties.outletCode) }),
      ...(properties.standard !== undefined && { standard: String(properties.standard) }),
      ...(typeof properties.referenceOxygenPct === 'number' && {
        referenceOxygenPct: properties.referenceOxygenPct,
      }),
    }));
    return answer(reply, query.format, rows);
  });

  app.get('/exceedances', { schema: exceedancesSchema }, async ({ query }, reply) => {
    const span = spanOf(query, backend.calendar, backend.clock.nowMs());
    const [emission, noise] = await Promise.all([emissionHours(span), read('noise_hourly', span)]);
    const episodes = [
      ...bySeries(emission).flatMap((series) => episodesOf(series, 'value')),
      ...bySeries(noise).flatMap((series) => episodesOf(series, 'leq')),
    ].sort((a, b) => b.startMs - a.startMs);
    const rows = episodes.map(({ startMs, endMs, peakMs, intervals, ...rest }) => ({
      ...{ ...rest, start: iso(startMs), end: iso(endMs), peakTime: iso(peakMs), hours: intervals },
    }));
    return answer(reply, query.format, rows);
  });

  app.get('/totals', { schema: totalsSchema }, async ({ query }, reply) => {
    const span = spanOf(query, backend.calendar, backend.clock.nowMs());
    const rows = bySeries(await emissionHours(span)).map((series) => totalOf(series, span));
    return answer(reply, query.format, rows);
  });

  app.get('/permits', { schema: permitsSchema }, async ({ query }, reply) => {
    const nowMs = backend.clock.nowMs();
    const startMs = backend.calendar.startOf('year', nowMs);
    const year = { startMs, endMs: backend.calendar.startOfNext('year', nowMs) };
    const all = bySeries(await emissionHours({ startMs, endMs: nowMs }));
    const rows = all.flatMap((series) => {
      const asset = backend.plant.assetsById.get(series.asset);
      const standing = standingOf(series, asset && permitOf(asset, series.pollutant), year, nowMs);
      if (!standing) return [];
      const { projectedT, exhaustedMs, ...rest } = standing;
      const coveredShare = totalOf(series, { startMs, endMs: nowMs }).measuredHours / hoursIn(startMs, nowMs);
      return [
        {
          ...{ ...rest, coveredShare: Math.min(1, coveredShare) },
          ...(projectedT !== undefined && { projectedT }),
          ...(exhaustedMs !== undefined && { exhausted: iso(exhaustedMs) }),
        },
      ];
    });
    return answer(reply, query.format, rows);
  });

  const read = (measurement: string, span: TimeWindow): Promise<readonly ResultRow[]> =>
    readResults(backend, { measurement, span, limit: ROWS_A_YEAR });

  async function emissionHours(span: TimeWindow): Promise<readonly ResultRow[]> {
    const all = await Promise.all(Object.values(OUTLET_MEASUREMENTS).map((name) => read(name, span)));
    return all.flat();
  }
};

const iso = (timeMs: number): string => new Date(Math.round(timeMs)).toISOString();

const hoursIn = (startMs: number, endMs: number): number => Math.max(1, (endMs - startMs) / hourMs);

/** The rows as JSON, or as a file of comma-separated values. */
function answer<Row extends Readonly<Record<string, string | number | undefined>>>(
  reply: FastifyReply,
  format: string | undefined,
  rows: Row[],
): { rows: Row[] } {
  if (format !== 'csv') return { rows };
  // The route's type knows the JSON form alone; a string is sent as it is.
  return reply.type('text/csv; charset=utf-8').send(csvOf(rows)) as unknown as { rows: Row[] };
}

const tags = ['environment'];
const outletsSchema = {
  summary: 'Outlets with their code, standard and reference oxygen',
  tags,
  querystring: FormatOnly,
  response: { 200: OutletsAnswer },
};
const exceedancesSchema = {
  summary: 'Episodes above a limit (stack, wastewater, noise), newest first: start, end, peak, multiple',
  tags,
  querystring: SpanAndFormat,
  response: { 200: ExceedancesAnswer },
};
const totalsSchema = {
  summary: 'Emitted mass and capture rate of each outlet and pollutant over a span',
  tags,
  querystring: SpanAndFormat,
  response: { 200: TotalsAnswer },
};
const permitsSchema = {
  summary: 'Emission of this year against the permitted total, with projection and early warning',
  tags,
  querystring: FormatOnly,
  response: { 200: PermitsAnswer },
};
