import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import Type from 'typebox';
import { PlantscopeError } from '../../model/error.ts';
import { minuteMs } from '../../model/window.ts';
import { alarmKpis } from '../../scenarios/alarms/kpis.ts';
import { alarmLoad } from '../../scenarios/alarms/performance.ts';
import type { AlarmEvent } from '../../scenarios/alarms/state-table.ts';
import type { Identity } from '../auth/tokens.ts';
import type { AlarmDesk, Backend } from '../ports.ts';
import { spanOf } from '../query/span.ts';
import { closed, From, To } from '../schemas/common.ts';
import { presentAlarm, presentLine } from './present.ts';
import {
  ActBody,
  AlarmAnswer,
  AlarmsAnswer,
  JournalAnswer,
  JournalQuery,
  KpisAnswer,
  ShelveBody,
} from './schemas.ts';
import { alarmStream } from './stream.ts';

/** What a person may do to an alarm beside shelving it, with the role it takes. */
const acts: readonly { path: string; event: AlarmEvent; role: 'operator' | 'admin'; summary: string }[] = [
  { path: 'acknowledge', event: 'acknowledge', role: 'operator', summary: 'Acknowledges an alarm' },
  { path: 'reset', event: 'reset', role: 'operator', summary: 'Resets a latched alarm' },
  { path: 'unshelve', event: 'unshelve', role: 'operator', summary: 'Ends the shelving of an alarm' },
  {
    ...{ path: 'suppress', event: 'suppress', role: 'admin' },
    summary: 'Suppresses an alarm by design: it has no meaning in the present state of the plant',
  },
  { path: 'unsuppress', event: 'unsuppress', role: 'admin', summary: 'Ends suppression by design' },
  {
    ...{ path: 'remove-from-service', event: 'remove-from-service', role: 'admin' },
    summary: 'Takes an alarm out of service, for maintenance',
  },
  { path: 'return-to-service', event: 'return-to-service', role: 'admin', summary: 'Ends out of service' },
];

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
    const alarms = desk();
    const lines = alarms.read({}).map(({ entry }) => entry);
    const { medianAcknowledgeS, ...load } = alarmLoad(lines, span, alarms.definitions);
    const kpis = alarmKpis(lines, span);
    return {
      ...kpis,
      ...load,
      priorities: { ...load.priorities },
      ...(medianAcknowledgeS !== undefined && { medianAcknowledgeS }),
      chattering: [...kpis.chattering],
      stale: [...kpis.stale],
      topTen: kpis.topTen.map((one) => ({ ...one })),
    };
  });

  for (const { path, event, role, summary } of acts) {
    app.post(`/alarms/:id/${path}`, { schema: actSchema(summary, role), config: { role } }, async (request) =>
      act(request.params.id, { event, ...noteOf(request.body), ...byOf(request.identity) }),
    );
  }

  app.post('/alarms/:id/shelve', { schema: shelveSchema, config: { role: 'operator' } }, async (request) => {
    const untilMs = backend.clock.nowMs() + request.body.minutes * minuteMs;
    const rest = { ...noteOf(request.body), ...byOf(request.identity) };
    return act(request.params.id, { event: 'shelve', untilMs, ...rest });
  });

  await app.register(alarmStream, { desk });

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

/** A person reads the label of a token; its id tells two of the same label apart. */
const byOf = (identity: Pick<Identity, 'id' | 'label'> | undefined) =>
  identity ? { by: identity.label === '' ? identity.id : `${identity.label} (${identity.id})` } : {};

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
  summary: 'Performance of the alarm system (ISA-18.2, EEMUA 191): rate, standing, flood, chattering, stale',
  tags,
  querystring: Type.Object({ from: From, to: To }, closed),
  response: { 200: KpisAnswer },
};
const actSchema = (summary: string, role: string) => ({
  summary,
  description: `Needs the role ${role}. Answers 409 where the state of the alarm does not allow it.`,
  tags,
  params,
  body: ActBody,
  response: { 200: AlarmAnswer },
});
const shelveSchema = {
  ...actSchema('Hides an alarm for up to 24 hours', 'operator'),
  body: ShelveBody,
};
