import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import Type from 'typebox';
import { PlantscopeError } from '../../model/error.ts';
import type { Asset } from '../../model/plant.ts';
import type { Reading } from '../../model/reading.ts';
import { meterUnit } from '../../scenarios/runner/energy/meter-unit.ts';
import { meterRegister } from '../../scenarios/runner/jobs/meter-register.ts';
import type { Backend } from '../ports.ts';
import { columnsOf, flatRows } from '../query/flat-row.ts';
import { asTable } from '../query/table.ts';
import { commissioningOf } from './commissioning.ts';
import { energySpan } from './energy-span.ts';
import { FormatQuery, TableQuery } from './figure-schemas.ts';
import { enterManual, parseManualCsv } from './manual-readings.ts';
import { CommissioningAnswer, ManualAnswer, ManualBody, type Meter, MetersAnswer } from './meter-schemas.ts';

const config = { role: 'operator' } as const;

/** The meters: their tree, registers and segments, readings typed in, and whether they are wired right. */
export const meterRoutes: FastifyPluginAsyncTypebox<{ backend: Backend }> = async (app, { backend }) => {
  const { calendar, plant, store } = backend;
  app.addContentTypeParser('text/csv', { parseAs: 'string' }, (_request, body, done) => done(null, body));

  app.get('/meters', { schema: metersSchema }, async ({ query }, reply) => {
    const assets = plant.assets.filter(
      ({ nature }) => nature.carrier !== undefined && nature.carrier !== 'other',
    );
    const tags = assets.flatMap((asset) => asset.tags.filter(({ definition }) => definition.cumulates));
    const latest = new Map((await store.latest(tags.map(({ id }) => id))).map((one) => [one.tag, one]));
    const virtual = plant.energy?.virtualMeters ?? [];
    const meters: Meter[] = [
      ...assets.map((asset) => presentMeter(asset, latest)),
      ...virtual.map(({ id, name, carrier, unit, formula }) => ({
        ...{ meter: id, name, carrier, unit, formula },
        ...{ registers: [], changes: [] },
      })),
    ];
    return asTable(reply, query.format, 'meters', { meters }, () => [
      { name: 'meters', rows: flatRows(meters), columns: columnsOf(MetersAnswer.properties.meters) },
      {
        name: 'registers',
        rows: meters.flatMap(({ meter, registers }) => flatRows(registers.map((one) => ({ meter, ...one })))),
        columns: ['meter', ...columnsOf(MetersAnswer.properties.meters.items.properties.registers)],
      },
      {
        name: 'changes',
        rows: meters.flatMap(({ meter, changes }) => flatRows(changes.map((one) => ({ meter, ...one })))),
        columns: ['meter', ...columnsOf(MetersAnswer.properties.meters.items.properties.changes)],
      },
    ]);
  });

  app.post(
    '/meters/:meter/readings',
    { schema: manualSchema, config },
    async ({ params, body, identity }) => {
      const timeMs = instantOf(body.time);
      if (timeMs === undefined)
        throw new PlantscopeError('invalid-time', `time is "${body.time}"`, {
          where: 'time',
          hint: 'As 2026-11-24T08:00.',
        });
      const entered = { meter: params.meter, timeMs, reading: body.reading, quantity: body.quantity };
      return await enterManual(backend, [entered], identity?.id ?? 'unknown', body.confirmed === true);
    },
  );

  app.post('/meters/readings', { schema: csvSchema, config }, async ({ body, query, identity }) => {
    const entered = parseManualCsv(String(body), instantOf);
    return await enterManual(backend, entered, identity?.id ?? 'unknown', query.confirmed === true);
  });

  app.get('/commissioning', { schema: commissioningSchema }, async ({ query }, reply) => {
    const answer = await commissioningOf(backend, energySpan(backend, query));
    return asTable(reply, query.format, 'commissioning', answer, () => [
      {
        name: 'meters',
        rows: flatRows(answer.meters),
        columns: columnsOf(CommissioningAnswer.properties.meters),
      },
      {
        name: 'findings',
        rows: answer.meters.flatMap(({ meter, findings }) =>
          flatRows(findings.map((finding) => ({ meter, ...finding }))),
        ),
        columns: ['meter', ...columnsOf(CommissioningAnswer.properties.meters.items.properties.findings)],
      },
    ]);
  });

  const instantOf = (text: string): number | undefined =>
    calendar.parse(text.replace(/ (\d{2}:?\d{2})$/, '+$1'));

  function presentMeter(asset: Asset, latest: ReadonlyMap<string, Reading>): Meter {
    const { id, name, nature, parent, properties } = asset;
    const { checkMeter, lossPct } = properties;
    const changes = (plant.energy?.registerChanges ?? []).filter(({ meter }) => meter === id);
    return {
      ...{ meter: id, name, carrier: nature.carrier ?? 'other', unit: meterUnit(plant, id) },
      ...(parent !== undefined && { parent }),
      ...(typeof checkMeter === 'string' && { checkMeter }),
      ...(typeof lossPct === 'number' && { lossPct }),
      registers: asset.tags
        .filter(({ definition }) => definition.cumulates)
        .map((tag) => registerOf(tag, latest)),
      changes: changes.map(({ atMs, quantity, reason, finalReading, initialReading }) => ({
        ...{ at: calendar.toIso(atMs), quantity, reason, finalReading, initialReading },
      })),
    };
  }

  function registerOf(tag: Asset['tags'][number], latest: ReadonlyMap<string, Reading>) {
    const { rule } = meterRegister(plant, tag);
    const last = latest.get(tag.id);
    const { registerDigits, maxRatePerH } = plant.assetsById.get(tag.asset)?.properties ?? {};
    return {
      ...{ quantity: tag.quantity, tag: tag.id, unit: tag.unit, registerUnit: tag.sourceUnit },
      multiplier: tag.multiplier,
      ...(typeof registerDigits === 'number' && { digits: registerDigits }),
      ...(typeof maxRatePerH === 'number' && { maxRatePerH }),
      ...(typeof last?.value === 'number' && {
        last: {
          time: calendar.toIso(last.timeMs),
          reading: last.value / rule.multiplier,
          origin: last.origin,
        },
      }),
    };
  }
};

const tags = ['energy'];

const metersSchema = {
  summary: 'Meters with their tree, registers, last readings and declared segments',
  tags,
  querystring: FormatQuery,
  response: { 200: MetersAnswer },
};
const manualSchema = {
  summary: 'Enters a reading that a person read off a meter',
  description: 'Needs the role operator. A doubtful reading is given back, and stored only when confirmed.',
  tags,
  params: Type.Object({ meter: Type.String() }),
  body: ManualBody,
  response: { 200: ManualAnswer },
};
const csvSchema = {
  summary: 'Enters readings from CSV: meter, time, reading',
  description: 'Needs the role operator; the body is text/csv.',
  tags,
  consumes: ['text/csv'],
  querystring: Type.Object({ confirmed: Type.Optional(Type.Boolean()) }, { additionalProperties: false }),
  body: Type.String({ maxLength: 250_000 }),
  response: { 200: ManualAnswer },
};
const commissioningSchema = {
  summary:
    'Meters that are wired or scaled wrongly: reversed, wrong multiplier, swapped words, dead channels',
  tags,
  querystring: TableQuery,
  response: { 200: CommissioningAnswer },
};
