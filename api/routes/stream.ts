import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import Type from 'typebox';
import { PlantscopeError } from '../../model/error.ts';
import { ClientOutbox } from '../live/client-outbox.ts';
import { StreamHub } from '../live/stream-hub.ts';
import type { Backend } from '../ports.ts';
import { presentReadings } from '../query/latest.ts';
import { tagsOf } from '../query/tags.ts';
import { LatestQuery } from '../schemas/readings.ts';

/** Readings wait at most this long, so that a burst becomes one event. */
const FLUSH_EVERY_MS = 250;
const HEARTBEAT_EVERY_MS = 15_000;
const MAX_STREAMS = 200;

export const streamRoute: FastifyPluginAsyncTypebox<{ backend: Backend }> = async (app, { backend }) => {
  const hub = new StreamHub(backend.live);
  const flushing = setInterval(() => hub.flush(), FLUSH_EVERY_MS);
  const beating = setInterval(() => hub.heartbeat(backend.clock.nowMs()), HEARTBEAT_EVERY_MS);
  app.addHook('preClose', async () => {
    clearInterval(flushing);
    clearInterval(beating);
    hub.close();
  });

  app.get('/stream', { schema }, (request, reply) => {
    if (hub.size >= MAX_STREAMS) {
      throw new PlantscopeError('too-many-streams', `${MAX_STREAMS} event streams are open`, {
        hint: 'Close a page, or read /api/v1/latest instead.',
      });
    }
    const tags = tagsOf(backend.plant, request.query.tags);
    const wanted = request.query.tags === undefined ? undefined : new Set(tags.map((tag) => tag.id));
    const { raw } = reply.hijack();
    for (const [name, value] of Object.entries(reply.getHeaders()))
      if (value !== undefined) raw.setHeader(name, value);
    raw.writeHead(200, {
      'content-type': 'text/event-stream; charset=utf-8',
      'cache-control': 'no-store',
      'x-accel-buffering': 'no',
    });
    const outbox = new ClientOutbox(
      { write: (text) => raw.write(text), onDrain: (listener) => raw.on('drain', listener) },
      (readings) => presentReadings(readings, backend.plant, backend.clock.nowMs()),
    );
    const leave = hub.join({ outbox, tags: wanted, end: () => raw.end() });
    raw.on('close', leave);
    raw.write('retry: 2000\n\n');
    outbox.add(backend.live.latest(tags.map((tag) => tag.id)));
    outbox.flush();
  });
};

const schema = {
  summary: 'Live readings as Server-Sent Events',
  description:
    'Each event is an array of readings as in /latest. On connecting, the newest reading of each tag comes first. ' +
    'A client that reads slowly gets the newest value of each tag and misses those between. A comment line every 15 s keeps the connection.',
  tags: ['readings'],
  querystring: LatestQuery,
  response: { 200: Type.String({ description: 'text/event-stream' }) },
};
