import type { AlarmsAnswer, JournalAnswer } from '../../api/alarms/schemas.ts';
import type { CostAnswer } from '../../api/energy/cost-schemas.ts';
import type { CarbonAnswer, DemandAnswer } from '../../api/energy/figure-schemas.ts';
import type { Consumption } from '../../api/energy/schemas.ts';
import type { ExceedancesAnswer, PermitsAnswer } from '../../api/environment/schemas.ts';
import type { UplinkAnswer } from '../../api/environment/uplink-schema.ts';
import type { EventsAnswer } from '../../api/events/schemas.ts';
import type { HealthAnswer } from '../../api/schemas/health.ts';
import type { AssetAnswer, PlantAnswer, TagAnswer } from '../../api/schemas/plant.ts';
import type { QuarantineAnswer } from '../../api/schemas/quarantine.ts';
import type { LatestReading, Series } from '../../api/schemas/readings.ts';
import type { ResultAnswer } from '../../api/schemas/results.ts';
import type { SessionAnswer } from '../../api/schemas/session.ts';

export type {
  AssetAnswer,
  CarbonAnswer,
  Consumption,
  CostAnswer,
  DemandAnswer,
  HealthAnswer,
  LatestReading,
  PlantAnswer,
  QuarantineAnswer,
  ResultAnswer,
  Series,
  SessionAnswer,
  TagAnswer,
};

export type UplinkRow = UplinkAnswer['rows'][number];

/** What went wrong with a request, in words for the page. */
export class RequestFailure extends Error {
  readonly status: number;
  readonly hint: string | undefined;

  constructor(status: number, message: string, hint?: string) {
    super(message);
    this.status = status;
    this.hint = hint;
  }
}

export type Query = Readonly<Record<string, string | number | undefined>>;

async function request(
  method: string,
  path: string,
  query: Query,
  signal?: AbortSignal,
  body?: object,
): Promise<Response> {
  const url = new URL(`/api/v1/${path}`, location.origin);
  for (const [name, value] of Object.entries(query)) {
    if (value !== undefined) url.searchParams.set(name, String(value));
  }
  const response = await fetch(url, {
    method,
    ...(signal && { signal }),
    ...(body && { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } }),
  });
  if (response.ok) return response;
  const problem = (await response.json().catch(() => ({}))) as { detail?: string; hint?: string };
  throw new RequestFailure(response.status, problem.detail ?? response.statusText, problem.hint);
}

async function get<T>(path: string, query: Query = {}, signal?: AbortSignal): Promise<T> {
  return (await (await request('GET', path, query, signal)).json()) as T;
}

/** Every call the console makes. */
export const api = {
  session: () => get<SessionAnswer>('session'),
  plant: () => get<PlantAnswer>('plant'),
  assets: () => get<AssetAnswer[]>('assets'),
  tags: () => get<TagAnswer[]>('tags'),
  latest: () => get<LatestReading[]>('latest'),
  health: (signal?: AbortSignal) => get<HealthAnswer>('health', {}, signal),
  readings: async (query: Query, signal?: AbortSignal) =>
    (await get<{ series: Series[] }>('readings', query, signal)).series,
  results: async (measurement: string, query: Query, signal?: AbortSignal) =>
    (await get<{ rows: ResultAnswer[] }>(`results/${measurement}`, query, signal)).rows,
  consumption: async (query: Query, signal?: AbortSignal) =>
    (await get<{ meters: Consumption[] }>('energy/consumption', query, signal)).meters.filter(
      (meter) => meter.isMain,
    ),
  demand: (query: Query, signal?: AbortSignal) => get<DemandAnswer>('energy/demand', query, signal),
  cost: (query: Query, signal?: AbortSignal) => get<CostAnswer>('energy/cost', query, signal),
  carbon: (query: Query, signal?: AbortSignal) => get<CarbonAnswer>('energy/carbon', query, signal),
  permits: async (signal?: AbortSignal) => (await get<PermitsAnswer>('environment/permits', {}, signal)).rows,
  uplink: async (signal?: AbortSignal) => (await get<UplinkAnswer>('environment/uplink', {}, signal)).rows,
  exceedances: async (query: Query, signal?: AbortSignal) =>
    (await get<ExceedancesAnswer>('environment/exceedances', query, signal)).rows,
  alarms: async (signal?: AbortSignal) => (await get<AlarmsAnswer>('alarms', {}, signal)).alarms,
  alarmJournal: async (signal?: AbortSignal) =>
    (await get<JournalAnswer>('alarms/journal', { limit: 100 }, signal)).lines,
  events: async (signal?: AbortSignal) => (await get<EventsAnswer>('events', { limit: 100 }, signal)).events,
  acknowledge: (id: string) =>
    request('POST', `alarms/${encodeURIComponent(id)}/acknowledge`, {}, undefined, {}),
  quarantine: (query: Query, signal?: AbortSignal) => get<QuarantineAnswer>('quarantine', query, signal),
  replay: (id: number) => request('POST', `quarantine/${id}/replay`, {}),
  discard: (id: number) => request('DELETE', `quarantine/${id}`, {}),
};
