import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import { PlantscopeError } from '../../model/error.ts';
import { minuteMs, quarterHourMs } from '../../model/window.ts';
import { estimationVersion } from '../../scenarios/energy/vee-estimate.ts';
import type { ResultRow } from '../../store/time-series-store.ts';
import type { Backend, EnergyDesk } from '../ports.ts';
import { columnsOf } from '../query/flat-row.ts';
import { readResults } from '../query/results.ts';
import { asTable } from '../query/table.ts';
import { energySpan } from './energy-span.ts';
import { FormatQuery } from './figure-schemas.ts';
import { requireFilter, requireMeter } from './meters.ts';
import {
  type Edit,
  EditAnswer,
  EditBody,
  EditsAnswer,
  type Finding,
  type Substitute,
  VeeAnswer,
  VeeQuery,
} from './vee-schemas.ts';

/** Validation, estimation, editing: what the rules found, what stands in its place, who changed what. */
export const veeRoutes: FastifyPluginAsyncTypebox<{ backend: Backend }> = async (app, { backend }) => {
  const { calendar, clock, plant } = backend;
  const iso = (timeMs: number): string => calendar.toIso(timeMs);

  app.get('/vee', { schema: veeSchema }, async ({ query: { meter, format, ...times } }, reply) => {
    requireFilter(plant, { meter });
    const span = energySpan(backend, times, meter);
    const query = { span, where: { asset: meter }, limit: 500_000 };
    const [findings, estimates, intervals] = await Promise.all([
      readResults(backend, { measurement: 'energy_vee_finding', ...query }),
      readResults(backend, { measurement: 'energy_vee', ...query }),
      readResults(backend, { measurement: 'energy_interval', ...query }),
    ]);
    const edited = intervals.filter(({ fields }) => fields.method === 'edited');
    const editedAt = new Set(edited.map(({ series, timeMs }) => `${series.asset} ${timeMs}`));
    const standing = estimates.filter(({ series, timeMs }) => !editedAt.has(`${series.asset} ${timeMs}`));
    const substitutes = [...standing, ...edited].map(substituteOf);
    substitutes.sort((a, b) => a.start.localeCompare(b.start));
    const edition = `VEE rules ${estimationVersion}`;
    const answer = { edition, findings: findings.map(findingOf), substitutes };
    return asTable(reply, format, 'vee', answer, () => [
      {
        name: 'findings',
        rows: answer.findings.map((finding) => ({ ...finding, edition })),
        columns: [...columnsOf(VeeAnswer.properties.findings), 'edition'],
      },
      { name: 'substitutes', rows: substitutes, columns: columnsOf(VeeAnswer.properties.substitutes) },
    ]);
  });

  app.get('/vee/edits', { schema: editsSchema }, async ({ query }, reply) => {
    const edits = desk().trail(500).map(presentEdit);
    return asTable(reply, query.format, 'edits', { edits }, () => [
      { name: 'edits', rows: edits, columns: columnsOf(EditsAnswer.properties.edits) },
    ]);
  });

  app.post('/vee/edits', { schema: editSchema, config: { role: 'operator' } }, async ({ body, identity }) => {
    const meter = requireMeter(plant, body.meter).id;
    const startMs = quarterOf(body.start);
    const by = identity?.id ?? 'unknown';
    const edit = { meter, startMs, value: body.value, by, reason: body.reason.trim(), atMs: clock.nowMs() };
    return { number: await desk().edit(edit) };
  });

  function presentEdit({ sequence, entry }: ReturnType<EnergyDesk['trail']>[number]): Edit {
    const { meter, startMs, value, by, reason, atMs } = entry;
    const times = { start: iso(startMs), at: iso(atMs) };
    return { number: sequence, meter, by, reason, ...times, ...(value !== undefined && { value }) };
  }

  function quarterOf(text: string): number {
    const startMs = calendar.parse(text.replace(/ (\d{2}:?\d{2})$/, '+$1'));
    if (startMs === undefined || startMs % quarterHourMs !== 0 || startMs >= clock.nowMs()) {
      throw new PlantscopeError('invalid-time', `start is "${text}"`, {
        where: 'start',
        hint: 'The start of a quarter of an hour that has begun, as 2026-11-24T08:15.',
      });
    }
    return startMs;
  }

  function desk(): EnergyDesk {
    if (backend.energy) return backend.energy;
    throw new PlantscopeError('not-available', 'This process keeps no edits of energy', {
      hint: 'Ask the energy service, or the platform as a whole.',
    });
  }

  function findingOf({ series, fields, timeMs, ...row }: ResultRow): Finding {
    const startMs = Number(fields.fromMs ?? timeMs);
    return {
      ...{ meter: series.asset ?? '', rule: series.rule ?? row.measurement, start: iso(startMs) },
      end: iso(startMs + Number(fields.minutes) * minuteMs),
      ...{
        detail: String(fields.detail),
        rejects: fields.rejects === true,
        revision: Number(fields.revision ?? 1),
      },
    };
  }

  function substituteOf({ series, fields, timeMs }: ResultRow): Substitute {
    return {
      ...{
        meter: series.asset ?? '',
        start: iso(timeMs),
        value: Number(fields.value),
        unit: String(fields.unit),
      },
      quality: fields.method === 'edited' ? 'edited' : 'estimated',
      rule: String(fields.rule ?? ''),
      ...(typeof fields.original === 'number' && { original: fields.original }),
      ...{ completeness: Number(fields.completeness ?? 0), revision: Number(fields.revision ?? 1) },
    };
  }
};

const tags = ['energy'];

const veeSchema = {
  summary: 'What validation found, and the estimated and edited values with their originals',
  tags,
  querystring: VeeQuery,
  response: { 200: VeeAnswer },
};
const editsSchema = {
  summary: 'The audit trail of edits',
  tags,
  querystring: FormatQuery,
  response: { 200: EditsAnswer },
};
const editSchema = {
  summary: 'Puts a value in place of an interval, or takes that back',
  description: 'Needs the role operator. The metered value stays as the original.',
  tags,
  body: EditBody,
  response: { 200: EditAnswer },
};
