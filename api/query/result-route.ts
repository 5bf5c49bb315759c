import type { FastifyInstance } from 'fastify';
import Type from 'typebox';
import type { Backend } from '../ports.ts';
import { closed, From, To } from '../schemas/common.ts';
import { Limit, ResultsAnswer } from '../schemas/results.ts';
import { presentResult, readResults } from './results.ts';
import { spanOf } from './span.ts';

interface ResultRoute {
  readonly path: string;
  readonly measurement: string;
  readonly summary: string;
  readonly group: string;
  /** Names of the series' parts that a request may ask for. */
  readonly filters: readonly string[];
}

type Query = { readonly from?: string; readonly to?: string; readonly limit?: number } & Readonly<
  Record<string, string | number | undefined>
>;

/** A route that gives one measurement's rows as the runner wrote them. */
export function addResultRoute(app: FastifyInstance, backend: Backend, route: ResultRoute): void {
  app.get<{ Querystring: Query }>(route.path, { schema: schemaOf(route) }, async ({ query }) => {
    const span = spanOf(query, backend.calendar, backend.clock.nowMs());
    const where = Object.fromEntries(route.filters.map((name) => [name, query[name] as string | undefined]));
    const rows = await readResults(backend, {
      measurement: route.measurement,
      span,
      where,
      limit: query.limit,
    });
    return { rows: rows.map(presentResult) };
  });
}

function schemaOf({ summary, group, filters }: ResultRoute) {
  const filter = Object.fromEntries(filters.map((name) => [name, Type.Optional(Type.String())]));
  return {
    summary,
    tags: [group],
    querystring: Type.Object({ from: From, to: To, limit: Limit, ...filter }, closed),
    response: { 200: ResultsAnswer },
  };
}
