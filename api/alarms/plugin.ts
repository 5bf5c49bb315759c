import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import Type from 'typebox';
import { PlantscopeError } from '../../model/error.ts';
import { minuteMs } from '../../model/window.ts';
import type { AlarmDefinition } from '../../scenarios/alarms/definition.ts';
import type { AlarmStatus, AlarmTransition } from '../../scenarios/alarms/journal.ts';
import { alarmKpis } from '../../scenarios/alarms/kpis.ts';
import type { JournalEntry } from '../../store/local-state.ts';
import type { AlarmDesk, Backend } from '../ports.ts';
import { spanOf } from '../query/span.ts';
import { closed, From, To } from '../schemas/common.ts';
import {
  ActBody,
  AlarmAnswer,
  AlarmsAnswer,
  JournalAnswer,
  JournalQuery,
  KpisAnswer,
  ShelveBody,
} from './schemas.ts';

const config = { role: 'operator' } as const;

/** Alarms of every scenario: what stands, what happened, and what an operator does about it. */
export const alarmsPlugin: FastifyPluginAsyncTypebox<{ backend: Backend }> = async (app, { backend }) => {
  app.get('/alarms', { schema: listSchema }, async ({ query }) => {
    const alarms = desk();
    const all = alarms.definitions.map((one) => presentAlarm(one, alarms.status(one.id)));
    return { alarms: query.all === true ? all : all.filter(({ state }) => state !== 'normal') };
  });

  app.get('/alarms/journal', { schema: journalSchema }, async ({ query }) => {
    const entries = desk().read({ limit: 200, ...query, newestFirst: true });
    return { lines: entries.map(presentLine) };
  });

  app.get('/alarms/kpis', { schema: kpisSchema }, async ({ query }) => {
    const span = spanOf(query, backend.calendar, backend.clock.nowMs());
    const kpis = alarmKpis(
      desk()
        .read({})
        .map(({ entry }) => entry),
      span,
    );
    return {
      ...kpis,
      chattering: [...kpis.chattering],
      stale: [...kpis.stale],
      topTen: kpis.topTen.map((one) => ({ ...one })),
    };
  });

  app.post(
    '/alarms/:id/acknowledge',
    { schema: actSchema('Acknowledges an alarm'), config },
    async (request) =>
      act(request.params.id, { event: 'acknowledge', ...noteOf(request.body), ...byOf(request.identity) }),
  );

  app.post('/alarms/:id/shelve', { schema: shelveSchema, config }, async (request) => {
    const untilMs = backend.clock.nowMs() + request.body.minutes * minuteMs;
    const rest = { ...noteOf(request.body), ...byOf(request.identity) };
    return act(request.params.id, { event: 'shelve', untilMs, ...rest });
  });

  app.post(
    '/alarms/:id/unshelve',
    { schema: actSchema('Ends the shelving of an alarm'), config },
    async (request) =>
      act(request.params.id, { event: 'unshelve', ...noteOf(request.body), ...byOf(request.identity) }),
  );

  /** An empty list would say that all is well. */
  function desk(): AlarmDesk {
    if (backend.alarms) return backend.alarms;
    throw new PlantscopeError('not-available', 'This process judges no alarms: `plantscope start` does');
  }

  async function act(id: string, what: Parameters<AlarmDesk['act']>[1]): Promise<AlarmAnswer> {
    const alarms = desk();
    const definition = alarms.definitions.find((one) => one.id === id);
    if (!definition) throw new PlantscopeError('not-found', `There is no alarm ${id}`, { where: 'id' });
    return presentAlarm(definition, await alarms.act(id, what));
  }
};

const noteOf = (body: { readonly note?: string }) => (body.note === undefined ? {} : { note: body.note });

const byOf = (identity: { readonly id: string } | undefined) => (identity ? { by: identity.id } : {});

const iso = (timeMs: number): string => new Date(timeMs).toISOString();

function presentAlarm(definition: AlarmDefinition, status: AlarmStatus): AlarmAnswer {
  const { id, asset, priority, side, limit, unit, basis, source } = definition;
  return {
    ...{ id, asset, priority, side, limit, unit, basis, state: status.state, active: status.active },
    measurement: source.kind === 'reading' ? source.tag : source.measurement,
    ...(status.value !== undefined && { value: status.value }),
    ...(status.sinceMs > 0 && { since: iso(status.sinceMs) }),
    ...(status.raisedMs !== undefined && { raised: iso(status.raisedMs) }),
    ...(status.acknowledgedBy !== undefined && { acknowledgedBy: status.acknowledgedBy }),
    ...(status.shelvedUntilMs !== undefined && { shelvedUntil: iso(status.shelvedUntilMs) }),
  };
}

function presentLine({ sequence, entry }: JournalEntry<AlarmTransition>) {
  const { timeMs, untilMs: _untilMs, ...rest } = entry;
  return { sequence, time: iso(timeMs), ...rest };
}

const tags = ['alarms'];
const params = Type.Object({ id: Type.String() });

const listSchema = {
  summary: 'Alarms that are not normal; with `all=true` every alarm',
  tags,
  querystring: Type.Object({ all: Type.Optional(Type.Boolean()) }, closed),
  response: { 200: AlarmsAnswer },
};
const journalSchema = {
  summary: 'Every change of an alarm, newest first',
  tags,
  querystring: JournalQuery,
  response: { 200: JournalAnswer },
};
const kpisSchema = {
  summary: 'Performance of the alarm system (ISA-18.2): rate, flood, chattering, stale, top ten',
  tags,
  querystring: Type.Object({ from: From, to: To }, closed),
  response: { 200: KpisAnswer },
};
const actSchema = (summary: string) => ({
  summary,
  description: 'Needs the role operator. Answers 409 where the state of the alarm does not allow it.',
  tags,
  params,
  body: ActBody,
  response: { 200: AlarmAnswer },
});
const shelveSchema = {
  ...actSchema('Hides an alarm for up to 24 hours'),
  body: ShelveBody,
};
