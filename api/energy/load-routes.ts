import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import { loadDurationKw, loadFigures, weekProfile } from '../../scenarios/energy/load-profile.ts';
import { fitRateTable2006 } from '../../scenarios/energy/metering-fit-rate.ts';
import { fitRatesOf } from '../../scenarios/runner/energy/fit-rate.ts';
import { idleOf, nightText } from '../../scenarios/runner/energy/idle.ts';
import { filled, meterSeries } from '../../scenarios/runner/energy/meter-intervals.ts';
import { utilitiesOf } from '../../scenarios/runner/energy/utilities.ts';
import type { Backend } from '../ports.ts';
import { spanOf } from '../query/span.ts';
import { MeterSpanQuery } from './baseline-schemas.ts';
import { FigureQuery } from './figure-schemas.ts';
import {
  FitRateAnswer,
  IdleAnswer,
  type Profile,
  ProfileAnswer,
  QualityAnswer,
  UtilitiesAnswer,
} from './load-schemas.ts';
import { meterOrSupply } from './meters.ts';
import { powerFactorsOf, qualityOf } from './quality.ts';

const MOST_DURATION_POINTS = 200;

/** How energy is used: profile, idle machines, air and boilers, supply quality, metering. */
export const loadRoutes: FastifyPluginAsyncTypebox<{ backend: Backend }> = async (app, { backend }) => {
  const { calendar, clock, plant, store } = backend;
  const asked = (query: { readonly from?: string; readonly to?: string }) =>
    spanOf(query, calendar, clock.nowMs());

  app.get('/quality', { schema: qualitySchema }, async ({ query }) => {
    const span = asked(query);
    return { powerFactors: await powerFactorsOf(backend, span), supply: await qualityOf(backend, span) };
  });

  app.get('/profile', { schema: profileSchema }, async ({ query: { meter, ...times } }): Promise<Profile> => {
    const span = asked(times);
    const id = meterOrSupply(plant, meter);
    const [series] = await meterSeries(store, plant, { span, meter: id });
    const intervals = filled(series?.intervals ?? [], span);
    const figures = loadFigures(intervals);
    const duration = loadDurationKw(intervals);
    const every = Math.max(1, Math.ceil(duration.length / MOST_DURATION_POINTS));
    return {
      ...{ meter: id, edition: 'none', completeness: 0, ...figures },
      week: weekProfile(intervals, calendar).flatMap((meanKw, hour) =>
        meanKw === undefined ? [] : [{ hour, meanKw }],
      ),
      duration: duration.filter((_, index) => index % every === 0),
    };
  });

  app.get('/idle', { schema: idleSchema }, async ({ query }) => {
    const { machines, nights } = await idleOf(backend, asked(query));
    return { night: { ...nightText, meters: nights }, machines };
  });

  app.get('/utilities', { schema: utilitiesSchema }, async ({ query }) => utilitiesOf(backend, asked(query)));

  app.get('/fit-rate', { schema: fitRateSchema }, async () => ({
    edition: fitRateTable2006.edition,
    note: fitRateTable2006.note,
    rates: fitRatesOf(plant).map(({ leastPct, isMet, edition: _edition, ...rate }) => ({
      ...rate,
      ...(leastPct !== undefined && { leastPct }),
      ...(isMet !== undefined && { isMet }),
    })),
  }));
};

const tags = ['energy'];

const qualitySchema = {
  summary: 'Power factor of the span, and voltage, unbalance, distortion and frequency against their limits',
  tags,
  querystring: FigureQuery,
  response: { 200: QualityAnswer },
};
const profileSchema = {
  summary: 'Load profile of the week, load duration, load factor and base load of a meter',
  tags,
  querystring: MeterSpanQuery,
  response: { 200: ProfileAnswer },
};
const idleSchema = {
  summary: 'What machines draw while they are idle or stopped, and what meters count at night',
  tags,
  querystring: FigureQuery,
  response: { 200: IdleAnswer },
};
const utilitiesSchema = {
  summary: 'Specific power and leaks of compressed air, efficiency of boilers',
  tags,
  querystring: FigureQuery,
  response: { 200: UtilitiesAnswer },
};
const fitRateSchema = {
  summary: 'Metering fit rate by carrier and level (GB 17167)',
  tags,
  response: { 200: FitRateAnswer },
};
