import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import type { Instrument, InstrumentDuty } from '../../model/outlet.ts';
import { dayMs } from '../../model/window.ts';
import { duties } from '../../scenarios/environment/instrument-calendar.ts';
import { limitAt } from '../../scenarios/environment/outlet-limits.ts';
import type { ResultRow } from '../../store/time-series-store.ts';
import type { Backend } from '../ports.ts';
import { answerRows, iso } from '../query/answer.ts';
import { type Outlet, outletsOf, rowsOf } from './outlet-rows.ts';
import { FormatOnly, InstrumentsAnswer, LimitsAnswer, OutletsAnswer } from './schemas.ts';

/** Passed checks count for the calendar this far back. */
const CHECKS_BACK_MS = 100 * dayMs;

/** What the plant file registers: outlets with permit, limits by edition, instruments with their calendar. */
export const registryRoutes: FastifyPluginAsyncTypebox<{ backend: Backend }> = async (app, { backend }) => {
  app.get('/outlets', { schema: outletsSchema }, async ({ query }, reply) =>
    answerRows(reply, query.format, outletsOf(backend).map(outletRow)),
  );

  app.get('/limits', { schema: limitsSchema }, async ({ query }, reply) => {
    const nowMs = backend.clock.nowMs();
    const rows = backend.plant.assets.flatMap((asset) =>
      (asset.outlet?.limits ?? []).map(({ fromMs, untilMs, ...limit }) => {
        const applied = limitAt(asset, limit.pollutant, nowMs, limit.side);
        return {
          ...{ asset: asset.id, ...limit, from: iso(fromMs) },
          ...(untilMs !== undefined && { until: iso(untilMs) }),
          applies: applied?.basis === limit.basis && applied.value === limit.value,
        };
      }),
    );
    return answerRows(reply, query.format, rows);
  });

  app.get('/instruments', { schema: instrumentsSchema }, async ({ query }, reply) => {
    const nowMs = backend.clock.nowMs();
    const checks = await rowsOf(backend, 'instrument_check', {
      ...{ startMs: nowMs - CHECKS_BACK_MS, endMs: nowMs },
    });
    const rows = backend.plant.assets.flatMap((asset) => {
      const instruments = asset.outlet?.instruments ?? [];
      return duties(instruments, nowMs, (one, duty) => lastPassedMs(checks, one, duty)).map(
        ({ lastMs, dueMs, ...due }) => ({
          ...{ asset: asset.id, ...due, last: iso(lastMs), due: iso(dueMs) },
          ranges: rangesOf(instruments.find(({ id }) => id === due.instrument)),
        }),
      );
    });
    return answerRows(reply, query.format, rows);
  });
};

function outletRow({ id, name, kind, properties, outlet }: Outlet) {
  const { permit, sources = [], facilities = [] } = outlet ?? {};
  return {
    ...{ asset: id, name, kind },
    ...(properties.outletCode !== undefined && { outletCode: String(properties.outletCode) }),
    ...(properties.standard !== undefined && { standard: String(properties.standard) }),
    ...(typeof properties.referenceOxygenPct === 'number' && {
      referenceOxygenPct: properties.referenceOxygenPct,
    }),
    ...(permit && { permit: permit.number, permitUntil: iso(permit.untilMs) }),
    ...(sources.length > 0 && { sources: sources.join(';') }),
    ...(facilities.length > 0 && { facilities: facilities.join(';') }),
  };
}

/** An automatic check that passed is a calibration done. */
function lastPassedMs(
  checks: readonly ResultRow[],
  { id }: Instrument,
  { kind }: InstrumentDuty,
): number | undefined {
  if (kind !== 'calibration') return undefined;
  return checks.findLast(({ fields }) => fields.instrument === id && fields.driftPassed === true)?.timeMs;
}

const rangesOf = (instrument: Instrument | undefined): string =>
  Object.entries(instrument?.ranges ?? {})
    .map(([quantity, [low, high]]) => `${quantity} ${low}..${high}`)
    .join('; ');

const tags = ['environment'];
const outletsSchema = {
  summary: 'Outlets with code, standard, reference oxygen, permit, sources and treatment facilities',
  tags,
  querystring: FormatOnly,
  response: { 200: OutletsAnswer },
};
const limitsSchema = {
  summary: 'Limits of every standard and local rule by edition, and which one applies now',
  tags,
  querystring: FormatOnly,
  response: { 200: LimitsAnswer },
};
const instrumentsSchema = {
  summary: 'Instruments with their ranges and when calibration, maintenance and verification are due',
  tags,
  querystring: FormatOnly,
  response: { 200: InstrumentsAnswer },
};
