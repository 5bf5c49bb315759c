import type { FastifyInstance } from 'fastify';
import { collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';
import Type from 'typebox';
import type { StationHealth } from '../model/health.ts';
import type { Backend } from './ports.ts';

/** `/metrics` for Prometheus. It names sources and counts, so it needs a viewer's token like everything else. */
export function addMetrics(app: FastifyInstance, { stations }: Pick<Backend, 'stations'>): void {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  for (const gauge of gauges) registerGauge(registry, stations, gauge);
  registerCounters(registry, stations);
  timeRequests(app, registry);
  app.addHook('onClose', async () => registry.clear());
  app.get('/metrics', { schema }, async (_request, reply) =>
    reply
      .type(registry.contentType)
      .serializer(String)
      .send(await registry.metrics()),
  );
}

function timeRequests(app: FastifyInstance, registry: Registry): void {
  const durations = new Histogram({
    name: 'plantscope_http_request_duration_seconds',
    help: 'Time from a request to its answer',
    labelNames: ['method', 'route', 'status'],
    buckets: [0.005, 0.02, 0.1, 0.5, 2, 10],
    registers: [registry],
  });
  app.addHook('onResponse', async (request, reply) => {
    const route = request.routeOptions.url ?? 'none';
    durations.observe({ method: request.method, route, status: reply.statusCode }, reply.elapsedTime / 1000);
  });
}

const schema = {
  summary: 'Counters and gauges in the Prometheus text format',
  tags: ['operation'],
  response: { 200: { content: { 'text/plain': { schema: Type.String() } } } },
};

type StationFigure = (station: StationHealth) => number | undefined;

const gauges: readonly (readonly [name: string, help: string, figure: StationFigure])[] = [
  ['up', '1 ok, 0.5 degraded, 0 down', ({ state }) => ({ ok: 1, degraded: 0.5, down: 0 })[state]],
  ['rate_per_second', 'Readings a second over the last ten seconds', ({ ratePerS }) => ratePerS],
  ['queue', 'Readings that wait', ({ queue }) => queue],
  ['oldest_seconds', 'Age of the oldest that waits', ({ oldestS }) => oldestS],
  [
    'clock_skew_seconds',
    'Source clock minus gateway clock',
    ({ clockSkewMs }) => (clockSkewMs === undefined ? undefined : clockSkewMs / 1000),
  ],
];

function registerGauge(
  registry: Registry,
  stations: () => readonly StationHealth[],
  [name, help, figure]: (typeof gauges)[number],
): void {
  new Gauge({
    name: `plantscope_station_${name}`,
    help,
    labelNames: ['station'],
    registers: [registry],
    collect() {
      this.reset();
      for (const station of stations()) {
        const value = figure(station);
        if (value !== undefined) this.set({ station: station.station }, value);
      }
    },
  });
}

function registerCounters(registry: Registry, stations: () => readonly StationHealth[]): void {
  new Gauge({
    name: 'plantscope_station_events_total',
    help: 'Running totals since start, by station and event',
    labelNames: ['station', 'event'],
    registers: [registry],
    collect() {
      this.reset();
      for (const { station, counters } of stations()) {
        for (const [event, count] of Object.entries(counters)) this.set({ station, event }, count);
      }
    },
  });
}
