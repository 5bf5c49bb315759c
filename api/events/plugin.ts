import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import type { SourceEvent } from '../../model/event.ts';
import { readSourceEvents, standingConditions } from '../../store/source-events.ts';
import type { Backend } from '../ports.ts';
import { spanOf } from '../query/span.ts';
import { type EventAnswer, EventsAnswer, EventsQuery } from './schemas.ts';

const mostEvents = 1_000;

/** Events and alarms that the sources themselves report (OPC UA events and conditions). */
export const eventsPlugin: FastifyPluginAsyncTypebox<{ backend: Backend }> = async (app, { backend }) => {
  app.get('/events', { schema }, async ({ query }) => {
    const span = spanOf(query, backend.calendar, backend.clock.nowMs());
    const found = await readSourceEvents(backend.store, span, query.source);
    const chosen = query.standing === true ? standingConditions(found) : [...found];
    const newest = chosen.sort((a, b) => b.timeMs - a.timeMs).slice(0, query.limit ?? mostEvents);
    return { events: newest.map(present), isComplete: newest.length === chosen.length };
  });
};

function present({ timeMs, ...event }: SourceEvent): EventAnswer {
  return { time: new Date(timeMs).toISOString(), ...event };
}

const schema = {
  summary: 'Events and alarms that the sources themselves report, newest first',
  description:
    'OPC UA events and conditions (Part 9). With `standing=true` the newest state of each condition that is active or not yet acknowledged.',
  tags: ['alarms'],
  querystring: EventsQuery,
  response: { 200: EventsAnswer },
};
