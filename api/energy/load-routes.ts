import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import { loadDurationKw, loadFigures, weekProfile } from '../../scenarios/energy/load-profile.ts';
import { fitRateTable2006 } from '../../scenarios/energy/metering-fit-rate.ts';
import { fitRatesOf } from '../../scenarios/runner/energy/fit-rate.ts';
import { idleOf, nightText } from '../../scenarios/runner/energy/idle.ts';
import { filled, meterSeries } from '../../scenarios/runner/energy/meter-intervals.ts';
import { utilitiesOf } from '../../scenarios/runner/energy/utilities.ts';
import type { Backend } from '../ports.ts';
import { columnsOf, flatRow, flatRows } from '../query/flat-row.ts';
import type { SpanText } from '../query/span.ts';
import { asTable } from '../query/table.ts';
import { MeterSpanQuery } from './baseline-schemas.ts';
import { energySpan } from './energy-span.ts';
import { FormatQuery, TableQuery } from './figure-schemas.ts';
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
  const { calendar, plant, store } = backend;
  const asked = (query: SpanText, meter?: string) => energySpan(backend, query, meter);

  app.get('/quality', { schema: qualitySchema }, async ({ query }, reply) => {
    const span = asked(query);
    const powerFactors = await powerFactorsOf(backend, span);
    const supply = await qualityOf(backend, span);
    return asTable(reply, query.format, 'quality', { powerFactors, supply }, () => [
      { name: 'supply', rows: supply, columns: columnsOf(QualityAnswer.properties.supply) },
      {
        name: 'power factor',
        rows: flatRows(powerFactors),
        columns: columnsOf(QualityAnswer.properties.powerFactors),
      },
    ]);
  });

  app.get('/profile', { schema: profileSchema }, async ({ query }, reply): Promise<Profile> => {
    const { meter, format, ...times } = query;
    const span = asked(times, meter);
    const id = meterOrSupply(plant, meter);
    const [series] = await meterSeries(store, plant, { span, meter: id });
    const intervals = filled(series?.intervals ?? [], span);
    const figures = loadFigures(intervals);
    const duration = loadDurationKw(intervals);
    const every = Math.max(1, Math.ceil(duration.length / MOST_DURATION_POINTS));
    const answer = {
      ...{ meter: id, edition: 'none', completeness: 0, ...figures },
      week: weekProfile(intervals, calendar).flatMap((meanKw, hour) =>
        meanKw === undefined ? [] : [{ hour, meanKw }],
      ),
      duration: duration.filter((_, index) => index % every === 0),
    };
    return asTable(reply, format, 'profile', answer, () => [
      { name: 'load', rows: [flatRow({ ...answer, duration: undefined })] },
      { name: 'week', rows: answer.week, columns: columnsOf(ProfileAnswer.properties.week) },
      {
        name: 'duration',
        rows: duration.map((powerKw, index) => ({ rank: index + 1, powerKw })),
        columns: ['rank', 'powerKw'],
      },
    ]);
  });

  app.get('/idle', { schema: idleSchema }, async ({ query }, reply) => {
    const { machines, nights } = await idleOf(backend, asked(query));
    const answer = { night: { ...nightText, meters: nights }, machines };
    return asTable(reply, query.format, 'idle', answer, () => [
      { name: 'machines', rows: flatRows(machines), columns: columnsOf(IdleAnswer.properties.machines) },
      {
        name: 'nights',
        rows: flatRows(nights),
        columns: columnsOf(IdleAnswer.properties.night.properties.meters),
      },
    ]);
  });

  app.get('/utilities', { schema: utilitiesSchema }, async ({ query }, reply) => {
    const answer = await utilitiesOf(backend, asked(query));
    return asTable(reply, query.format, 'utilities', answer, () => [
      {
        name: 'compressed air',
        rows: flatRows(answer.air),
        columns: columnsOf(UtilitiesAnswer.properties.air),
      },
      {
        name: 'boilers',
        rows: flatRows(answer.boilers),
        columns: columnsOf(UtilitiesAnswer.properties.boilers),
      },
    ]);
  });

  app.get('/fit-rate', { schema: fitRateSchema }, async ({ query }, reply) => {
    const { edition, note } = fitRateTable2006;
    const rates = fitRatesOf(plant).map(({ leastPct, isMet, edition: _edition, ...rate }) => ({
      ...rate,
      ...(leastPct !== undefined && { leastPct }),
      ...(isMet !== undefined && { isMet }),
    }));
    return asTable(reply, query.format, 'fit-rate', { edition, note, rates }, () => [
      {
        name: 'fit rate',
        rows: rates.map((rate) => ({ ...rate, edition })),
        columns: [...columnsOf(FitRateAnswer.properties.rates), 'edition'],
      },
    ]);
  });
};

const tags = ['energy'];

const qualitySchema = {
  summary: 'Power factor of the span, and voltage, unbalance, distortion and frequency against their limits',
  tags,
  querystring: TableQuery,
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
  querystring: TableQuery,
  response: { 200: IdleAnswer },
};
const utilitiesSchema = {
  summary: 'Specific power and leaks of compressed air, efficiency of boilers',
  tags,
  querystring: TableQuery,
  response: { 200: UtilitiesAnswer },
};
const fitRateSchema = {
  summary: 'Metering fit rate by carrier and level (GB 17167)',
  tags,
  querystring: FormatQuery,
  response: { 200: FitRateAnswer },
};
