import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import Type from 'typebox';
import { PlantscopeError } from '../../model/error.ts';
import { hourMs, type TimeWindow } from '../../model/window.ts';
import type { Backend } from '../ports.ts';
import { answerRows, iso } from '../query/answer.ts';
import { spanOf } from '../query/span.ts';
import { closed } from '../schemas/common.ts';
import { explain } from './episode-evidence.ts';
import { episodesOf, type OutletEpisode } from './episodes.ts';
import { bySeries, outletHours, outletsOf, rowsOf } from './outlet-rows.ts';
import { ExceedancesAnswer, SpanAndFormat, TimelineAnswer } from './schemas.ts';

/** The newest episodes are explained; each takes a few reads of the store. */
const EXPLAINED = 50;

/** Episodes above a limit, each with what the plant did meanwhile. */
export const exceedanceRoutes: FastifyPluginAsyncTypebox<{ backend: Backend }> = async (app, { backend }) => {
  app.get('/exceedances', { schema: exceedancesSchema }, async ({ query }, reply) => {
    const span = spanOf(query, backend.calendar, backend.clock.nowMs());
    const episodes = await episodesOver(backend, span);
    const rows = [];
    for (const [index, episode] of episodes.entries()) {
      const told = index < EXPLAINED ? await explain(backend, episode.asset, episode) : undefined;
      rows.push(rowOf(episode, told && { cause: told.cause, reasons: told.reasons.join('; ') }));
    }
    return answerRows(reply, query.format, rows);
  });

  app.get('/exceedances/:asset/:pollutant/:start', { schema: timelineSchema }, async ({ params }) => {
    const startMs = Date.parse(params.start);
    const span = { startMs: startMs - hourMs, endMs: startMs + 7 * 24 * hourMs };
    const episodes = Number.isFinite(startMs) ? await episodesOver(backend, span) : [];
    const episode = episodes.find(
      (one) => one.asset === params.asset && one.pollutant === params.pollutant && one.startMs === startMs,
    );
    if (!episode) throw new PlantscopeError('not-found', 'No such episode', { where: 'start' });
    const { cause, reasons, timeline } = await explain(backend, episode.asset, episode);
    return {
      ...{ cause, reasons: [...reasons] },
      timeline: timeline.map(({ tag, unit, points }) => ({
        ...{ tag, unit },
        points: points.map(([timeMs, value]): [string, number] => [iso(timeMs), value]),
      })),
    };
  });
};

/** Every outlet, station and noise meter; newest first. */
export async function episodesOver(backend: Backend, span: TimeWindow): Promise<OutletEpisode[]> {
  const outlets = await Promise.all(outletsOf(backend).map((outlet) => outletHours(backend, outlet, span)));
  const others = await Promise.all(
    ['station_hourly', 'noise_hourly'].map((measurement) => rowsOf(backend, measurement, span)),
  );
  return [...outlets.flat(), ...bySeries(others.flat())]
    .flatMap(episodesOf)
    .sort((a, b) => b.startMs - a.startMs);
}

const rowOf = (
  { startMs, endMs, peakMs, intervals, ...rest }: OutletEpisode,
  told: { readonly cause: string; readonly reasons: string } | undefined,
) => ({
  ...{ ...rest, start: iso(startMs), end: iso(endMs), peakTime: iso(peakMs), hours: intervals },
  ...told,
});

const tags = ['environment'];
const exceedancesSchema = {
  summary:
    'Episodes above a limit (outlets, stations, noise), newest first: start, end, peak, multiple, cause',
  tags,
  querystring: SpanAndFormat,
  response: { 200: ExceedancesAnswer },
};
const timelineSchema = {
  summary: 'One episode with the joined timeline of outlet, source and treatment',
  tags,
  params: Type.Object(
    { asset: Type.String(), pollutant: Type.String(), start: Type.String({ description: 'ISO 8601' }) },
    closed,
  ),
  response: { 200: TimelineAnswer },
};
