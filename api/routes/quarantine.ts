import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import Type from 'typebox';
import { PlantscopeError } from '../../model/error.ts';
import type { QuarantineItem } from '../../store/quarantine.ts';
import type { Backend, ReadableQuarantine } from '../ports.ts';
import { QuarantineAnswer, QuarantineQuery, QuarantineReplay } from '../schemas/quarantine.ts';

export const quarantineRoutes: FastifyPluginAsyncTypebox<{ backend: Backend }> = async (app, { backend }) => {
  const { quarantine, replay } = backend;

  app.get('/quarantine', { schema: listSchema }, async ({ query }) => {
    if (!quarantine) return { groups: [], items: [] };
    const { source, ...rest } = query;
    const items = quarantine.list({ limit: 200, ...rest, ...(source !== undefined && { from: source }) });
    return { groups: quarantine.groups().map(withTimes), items: items.map(presentItem) };
  });

  app.post('/quarantine/:id/replay', { schema: replaySchema, config }, async (request, reply) => {
    if (!replay)
      throw new PlantscopeError('not-available', 'This service can not replay: ingest runs elsewhere');
    const { held, item } = find(quarantine, request.params.id);
    const { payload } = request.body ?? {};
    await replay(payload === undefined ? item : { ...item, payload });
    await held.remove([item.id]);
    return reply.code(204).send(null);
  });

  app.delete('/quarantine/:id', { schema: discardSchema, config }, async (request, reply) => {
    const { held, item } = find(quarantine, request.params.id);
    await held.remove([item.id]);
    request.log.info(
      { by: request.identity?.id, item: item.id, reason: item.reason },
      'quarantined item removed',
    );
    return reply.code(204).send(null);
  });
};

const config = { role: 'operator' } as const;

function find(
  held: ReadableQuarantine | undefined,
  id: number,
): { held: ReadableQuarantine; item: QuarantineItem } {
  const item = held?.get(id);
  if (held && item) return { held, item };
  throw new PlantscopeError('not-found', `There is no quarantined item ${id}`, { where: 'id' });
}

function withTimes<T extends { readonly firstMs: number; readonly lastMs: number }>({
  firstMs,
  lastMs,
  ...rest
}: T) {
  return { ...rest, firstTime: new Date(firstMs).toISOString(), lastTime: new Date(lastMs).toISOString() };
}

function presentItem({
  id,
  reason,
  message,
  from,
  where,
  payload,
  tag,
  count,
  firstMs,
  lastMs,
}: QuarantineItem) {
  const item = { id, reason, message, from, where, payload, count, firstMs, lastMs };
  return withTimes({ ...item, ...(tag !== undefined && { tag }) });
}

const tags = ['operation'];
const params = Type.Object({ id: Type.Integer({ minimum: 1 }) });
const done = { 204: Type.Null() };

const listSchema = {
  summary: 'What arrived and could not be taken, newest first',
  tags,
  querystring: QuarantineQuery,
  response: { 200: QuarantineAnswer },
};
const replaySchema = {
  summary: 'Sends an item through ingest again',
  description:
    'With a payload, that one instead. What is still wrong comes back as a new item. Needs the role operator.',
  tags,
  params,
  body: QuarantineReplay,
  response: done,
};
const discardSchema = {
  summary: 'Removes an item for good',
  description: 'Needs the role operator.',
  tags,
  params,
  response: done,
};
