import type { ServerResponse } from 'node:http';
import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import Type from 'typebox';
import { PlantscopeError } from '../../model/error.ts';
import type { AlarmTransition } from '../../scenarios/alarms/journal.ts';
import type { AlarmDesk } from '../ports.ts';
import { iso } from '../query/answer.ts';

const HEARTBEAT_EVERY_MS = 15_000;
const MAX_STREAMS = 100;
/** A client that reads slower than this many bytes behind is cut off; it connects again and reads the list. */
const MAX_WAITING_BYTES = 262_144;

/** Every change of an alarm as it happens. */
export const alarmStream: FastifyPluginAsyncTypebox<{ desk: () => AlarmDesk }> = async (app, { desk }) => {
  const streams = new Set<ServerResponse>();
  const beating = setInterval(() => sendAll(': still here\n\n'), HEARTBEAT_EVERY_MS);
  let leave: (() => void) | undefined;
  app.addHook('preClose', async () => {
    clearInterval(beating);
    leave?.();
    for (const stream of streams) stream.end();
  });

  app.get('/alarms/stream', { schema }, (_request, reply) => {
    const alarms = desk();
    if (streams.size >= MAX_STREAMS)
      throw new PlantscopeError('too-many-streams', `${MAX_STREAMS} alarm streams are open`);
    leave ??= alarms.subscribe((line) => sendAll(eventOf(line)));
    const { raw } = reply.hijack();
    for (const [name, value] of Object.entries(reply.getHeaders()))
      if (value !== undefined) raw.setHeader(name, value);
    raw.writeHead(200, {
      'content-type': 'text/event-stream; charset=utf-8',
      'cache-control': 'no-store',
      'x-accel-buffering': 'no',
    });
    raw.write('retry: 2000\n\n');
    streams.add(raw);
    raw.on('close', () => streams.delete(raw));
  });

  function sendAll(text: string): void {
    for (const stream of streams) {
      if (stream.writableLength > MAX_WAITING_BYTES) stream.destroy();
      else stream.write(text);
    }
  }
};

function eventOf({ alarm, event, from, to, timeMs }: AlarmTransition): string {
  return `event: alarm\ndata: ${JSON.stringify({ alarm, event, from, to, time: iso(timeMs) })}\n\n`;
}

const schema = {
  summary: 'Changes of alarms as Server-Sent Events',
  description:
    'Each event `alarm` is {alarm, event, from, to, time}. A comment line every 15 s keeps the connection.',
  tags: ['alarms'],
  response: { 200: Type.String({ description: 'text/event-stream' }) },
};
