import type { Static } from 'typebox';
import type { AlarmsAnswer, JournalAnswer, KpisAnswer } from '../../api/alarms/schemas.ts';
import type { BalanceAnswer } from '../../api/energy/balance-schemas.ts';
import type { AnomaliesAnswer, BaselineAnswer, ForecastAnswer } from '../../api/energy/baseline-schemas.ts';
import type { CostAnswer } from '../../api/energy/cost-schemas.ts';
import type { CarbonAnswer, DemandAnswer } from '../../api/energy/figure-schemas.ts';
import type { IntensityAnswer } from '../../api/energy/intensity-schemas.ts';
import type {
  FitRateAnswer,
  IdleAnswer,
  QualityAnswer,
  UtilitiesAnswer,
} from '../../api/energy/load-schemas.ts';
import type { CommissioningAnswer, ManualAnswer, MetersAnswer } from '../../api/energy/meter-schemas.ts';
import type { Report } from '../../api/energy/report-schemas.ts';
import type { Consumption } from '../../api/energy/schemas.ts';
import type { TariffAnswer } from '../../api/energy/tariff-schemas.ts';
import type { EditsAnswer, VeeAnswer } from '../../api/energy/vee-schemas.ts';
import type { ImagesAnswer } from '../../api/environment/image-schemas.ts';
import type {
  DailyAqiAnswer,
  ExceedancesAnswer,
  InstrumentsAnswer,
  NoiseDaysAnswer,
  OutletsAnswer,
  PeriodsAnswer,
  PermitsAnswer,
  RoseAnswer,
  ValidityAnswer,
} from '../../api/environment/schemas.ts';
import type { UplinkAnswer } from '../../api/environment/uplink-schema.ts';
import type {
  DiagnosisAnswer,
  FleetMachine,
  ModelsAnswer,
  RulAnswer,
  SpectrumAnswer,
  TrendAnswer,
  WaveformsAnswer,
} from '../../api/equipment/condition-schemas.ts';
import type { MachineKpi } from '../../api/equipment/kpi-schemas.ts';
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
  DiagnosisAnswer,
  FleetMachine,
  HealthAnswer,
  LatestReading,
  MachineKpi,
  ModelsAnswer,
  PlantAnswer,
  QuarantineAnswer,
  ResultAnswer,
  RulAnswer,
  Series,
  SessionAnswer,
  SpectrumAnswer,
  TagAnswer,
  TrendAnswer,
  WaveformsAnswer,
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
  /** Main registers; virtual meters, which are in others already, only where asked for. */
  consumption: async (query: Query, signal?: AbortSignal, withVirtual = false) =>
    (await get<{ meters: Consumption[] }>('energy/consumption', query, signal)).meters.filter(
      (meter) => meter.isMain && (withVirtual || meter.isVirtual !== true),
    ),
  demand: (query: Query, signal?: AbortSignal) => get<DemandAnswer>('energy/demand', query, signal),
  cost: (query: Query, signal?: AbortSignal) => get<CostAnswer>('energy/cost', query, signal),
  carbon: (query: Query, signal?: AbortSignal) => get<CarbonAnswer>('energy/carbon', query, signal),
  balance: async (query: Query, signal?: AbortSignal) =>
    (await get<Static<typeof BalanceAnswer>>('energy/balance', query, signal)).carriers,
  intensity: (query: Query, signal?: AbortSignal) =>
    get<Static<typeof IntensityAnswer>>('energy/intensity', query, signal),
  baseline: (query: Query, signal?: AbortSignal) => get<BaselineAnswer>('energy/baseline', query, signal),
  forecast: (query: Query, signal?: AbortSignal) => get<ForecastAnswer>('energy/forecast', query, signal),
  anomalies: (query: Query, signal?: AbortSignal) => get<AnomaliesAnswer>('energy/anomalies', query, signal),
  quality: (query: Query, signal?: AbortSignal) =>
    get<Static<typeof QualityAnswer>>('energy/quality', query, signal),
  idle: (query: Query, signal?: AbortSignal) => get<Static<typeof IdleAnswer>>('energy/idle', query, signal),
  utilities: (query: Query, signal?: AbortSignal) =>
    get<Static<typeof UtilitiesAnswer>>('energy/utilities', query, signal),
  fitRate: (signal?: AbortSignal) => get<Static<typeof FitRateAnswer>>('energy/fit-rate', {}, signal),
  vee: (query: Query, signal?: AbortSignal) => get<Static<typeof VeeAnswer>>('energy/vee', query, signal),
  edits: async (signal?: AbortSignal) =>
    (await get<Static<typeof EditsAnswer>>('energy/vee/edits', {}, signal)).edits,
  edit: (body: object) => request('POST', 'energy/vee/edits', {}, undefined, body),
  meters: async (signal?: AbortSignal) =>
    (await get<Static<typeof MetersAnswer>>('energy/meters', {}, signal)).meters,
  enterReading: async (meter: string, body: object) =>
    (await (
      await request('POST', `energy/meters/${encodeURIComponent(meter)}/readings`, {}, undefined, body)
    ).json()) as ManualAnswer,
  commissioning: (signal?: AbortSignal) => get<CommissioningAnswer>('energy/commissioning', {}, signal),
  energyReport: (query: Query, signal?: AbortSignal) => get<Report>('energy/report', query, signal),
  tariff: (query: Query, signal?: AbortSignal) => get<TariffAnswer>('energy/tariff', query, signal),
  permits: async (signal?: AbortSignal) => (await get<PermitsAnswer>('environment/permits', {}, signal)).rows,
  uplink: async (signal?: AbortSignal) => (await get<UplinkAnswer>('environment/uplink', {}, signal)).rows,
  outlets: async (signal?: AbortSignal) => (await get<OutletsAnswer>('environment/outlets', {}, signal)).rows,
  outletPeriods: async (query: Query, signal?: AbortSignal) =>
    (await get<PeriodsAnswer>('environment/daily', query, signal)).rows,
  validity: async (query: Query, signal?: AbortSignal) =>
    (await get<ValidityAnswer>('environment/validity', query, signal)).rows,
  dailyAqi: async (query: Query, signal?: AbortSignal) =>
    (await get<DailyAqiAnswer>('environment/aqi/daily', query, signal)).rows,
  rose: (query: Query, signal?: AbortSignal) => get<RoseAnswer>('environment/roses', query, signal),
  noiseDays: async (query: Query, signal?: AbortSignal) =>
    (await get<NoiseDaysAnswer>('environment/noise/daily', query, signal)).rows,
  images: async (query: Query, signal?: AbortSignal) =>
    (await get<ImagesAnswer>('environment/images', query, signal)).images,
  instruments: async (signal?: AbortSignal) =>
    (await get<InstrumentsAnswer>('environment/instruments', {}, signal)).rows,
  exceedances: async (query: Query, signal?: AbortSignal) =>
    (await get<ExceedancesAnswer>('environment/exceedances', query, signal)).rows,
  fleet: async (signal?: AbortSignal) =>
    (await get<{ machines: FleetMachine[] }>('equipment/fleet', {}, signal)).machines,
  machineKpis: async (query: Query, signal?: AbortSignal) =>
    (await get<{ machines: MachineKpi[] }>('equipment/kpi', query, signal)).machines,
  diagnoses: async (query: Query, signal?: AbortSignal) =>
    (await get<{ diagnoses: DiagnosisAnswer[] }>('equipment/diagnoses', query, signal)).diagnoses,
  waveforms: async (query: Query, signal?: AbortSignal) =>
    (await get<WaveformsAnswer>('equipment/waveforms', query, signal)).recordings,
  spectrum: (query: Query, signal?: AbortSignal) => get<SpectrumAnswer>('equipment/spectrum', query, signal),
  trend: (query: Query, signal?: AbortSignal) => get<TrendAnswer>('equipment/trend', query, signal),
  models: async (asset: string, signal?: AbortSignal) =>
    (await get<ModelsAnswer>('equipment/models', { asset }, signal)).models,
  remainingLife: (asset: string, signal?: AbortSignal) => get<RulAnswer>('equipment/rul', { asset }, signal),
  giveFeedback: (body: { asset: string; verdict: string; fault?: string; since?: string; note?: string }) =>
    request('POST', 'equipment/feedback', {}, undefined, body),
  alarms: async (signal?: AbortSignal) => (await get<AlarmsAnswer>('alarms', {}, signal)).alarms,
  alarmJournal: async (signal?: AbortSignal) =>
    (await get<JournalAnswer>('alarms/journal', { limit: 100 }, signal)).lines,
  events: async (signal?: AbortSignal) => (await get<EventsAnswer>('events', { limit: 100 }, signal)).events,
  alarmKpis: (signal?: AbortSignal) => get<KpisAnswer>('alarms/kpis', {}, signal),
  /** @param act as `acknowledge`, `reset`, `unshelve` */
  actOnAlarm: (id: string, act: string, body: object = {}) =>
    request('POST', `alarms/${encodeURIComponent(id)}/${act}`, {}, undefined, body),
  quarantine: (query: Query, signal?: AbortSignal) => get<QuarantineAnswer>('quarantine', query, signal),
  replay: (id: number) => request('POST', `quarantine/${id}/replay`, {}),
  discard: (id: number) => request('DELETE', `quarantine/${id}`, {}),
};
