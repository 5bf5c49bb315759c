import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import type { StationHealth } from '../../model/health.ts';
import type { Backend } from '../ports.ts';
import { HealthAnswer, type StationAnswer } from '../schemas/health.ts';

export const healthRoute: FastifyPluginAsyncTypebox<{ backend: Backend }> = async (app, { backend }) => {
  app.get('/health', { schema }, async () => {
    const stations = backend.stations();
    return {
      state: worstOf(stations),
      time: new Date(backend.clock.nowMs()).toISOString(),
      version: backend.version,
      stations: stations.map(presentStation),
    };
  });
};

const schema = {
  summary:
    'Every station on the way of a reading: rate, queue, oldest unsent, clock skew, last error and remedy',
  tags: ['operation'],
  response: { 200: HealthAnswer },
};

function presentStation({ lastError, ...station }: StationHealth): StationAnswer {
  if (!lastError) return { ...station };
  const { timeMs, ...error } = lastError;
  return { ...station, lastError: { ...error, time: new Date(timeMs).toISOString() } };
}

const severity = ['ok', 'degraded', 'down'] as const;

function worstOf(stations: readonly StationHealth[]): StationHealth['state'] {
  const worst = Math.max(0, ...stations.map((station) => severity.indexOf(station.state)));
  return severity[worst] ?? 'down';
}
