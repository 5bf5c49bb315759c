import type { Asset } from '../../model/plant.ts';
import { dayMs, hourMs, minuteMs, type TimeWindow } from '../../model/window.ts';
import {
  type EpisodeEvidence,
  type ExplainedEpisode,
  explainEpisode,
} from '../../scenarios/environment/episode-cause.ts';
import type { ExceedanceEpisode } from '../../scenarios/environment/exceedance.ts';
import type { Backend } from '../ports.ts';
import { rowsOf } from './outlet-rows.ts';

type Reader = Pick<Backend, 'store' | 'plant'>;

/** One figure of the joined timeline: means of ten minutes from an hour before the episode to an hour after it. */
export interface TimelineSeries {
  readonly tag: string;
  readonly unit: string;
  readonly points: readonly (readonly [timeMs: number, value: number])[];
}

export interface EpisodeDetail extends ExplainedEpisode {
  readonly timeline: readonly TimelineSeries[];
}

const STEP_MS = 10 * minuteMs;

/** What the plant did during an exceedance of an outlet, and the cause that follows from it. */
export async function explain(
  backend: Reader,
  assetId: string,
  episode: ExceedanceEpisode,
): Promise<EpisodeDetail> {
  const asset = backend.plant.assetsById.get(assetId);
  if (!asset) return { cause: 'unknown', reasons: [], timeline: [] };
  const around = { startMs: episode.startMs - hourMs, endMs: episode.endMs + hourMs };
  const usual = { startMs: episode.startMs - dayMs, endMs: episode.startMs };
  const tags = timelineTags(backend, asset);
  const [timeline, before] = await Promise.all([means(backend, tags, around), means(backend, tags, usual)]);
  const evidence = await evidenceOf(backend, asset, episode, { timeline, before });
  return { ...explainEpisode(evidence), timeline };
}

/** Tags of the outlet itself, of what emits into it, and of its treatment. */
function timelineTags({ plant }: Reader, asset: Asset): string[] {
  const of = (id: string, quantities: readonly string[]): string[] =>
    quantities.map((quantity) => `${id}.${quantity}`).filter((tag) => plant.tagsById.has(tag));
  return [
    ...of(asset.id, ['oxygen', 'co', 'velocity', 'flow']),
    ...(asset.outlet?.sources ?? []).flatMap((id) => of(id, ['load', 'running', 'fuelFlow'])),
    ...facilitiesOf({ plant }, asset).flatMap(({ id }) => of(id, ['running', 'activePower', 'reagentFlow'])),
  ];
}

const facilitiesOf = ({ plant }: Pick<Reader, 'plant'>, asset: Asset): readonly Asset[] =>
  plant.assets.filter(
    ({ id, nature, properties }) =>
      nature.name === 'treatment-facility' &&
      (properties.serves === asset.id || asset.outlet?.facilities.includes(id)),
  );

async function means(
  { store, plant }: Reader,
  tags: readonly string[],
  span: TimeWindow,
): Promise<TimelineSeries[]> {
  if (tags.length === 0) return [];
  const series = await store.aggregates({ tags, ...span, every: STEP_MS, aggregate: 'mean' });
  return series.map(({ tag, points }) => ({
    tag,
    unit: plant.tagsById.get(tag)?.unit ?? '1',
    points: points.map(({ timeMs, value }) => [timeMs, value] as const),
  }));
}

interface Joined {
  readonly timeline: readonly TimelineSeries[];
  readonly before: readonly TimelineSeries[];
}

async function evidenceOf(
  backend: Reader,
  asset: Asset,
  episode: ExceedanceEpisode,
  joined: Joined,
): Promise<EpisodeEvidence> {
  const during = (tag: string) => meanWithin(joined.timeline, tag, episode);
  const usually = (tag: string) => meanWithin(joined.before, tag);
  const factor = (tag: string): number | undefined => {
    const [now, then] = [during(tag), usually(tag)];
    return now === undefined || then === undefined || then <= 0 ? undefined : now / then;
  };
  const [oxygen, usualOxygen] = [during(`${asset.id}.oxygen`), usually(`${asset.id}.oxygen`)];
  const [source] = asset.outlet?.sources ?? [];
  return withoutMissing({
    facilities: facilitiesOf(backend, asset).map((facility) => facilityEvidence(facility, during)),
    transientShare: await transientShare(backend, asset, episode),
    oxygenAboveUsualPct: oxygen === undefined || usualOxygen === undefined ? undefined : oxygen - usualOxygen,
    coFactor: factor(`${asset.id}.co`),
    loadFactor: source === undefined ? undefined : factor(`${source}.load`),
    doubts: await doubtsDuring(backend, asset, episode),
    ringelmann: await blackestSmoke(backend, asset, episode),
  });
}

function facilityEvidence({ id, properties }: Asset, during: (tag: string) => number | undefined) {
  const { ratedPowerKw } = properties;
  const [power, running] = [during(`${id}.activePower`), during(`${id}.running`)];
  return {
    asset: id,
    ...(power !== undefined && typeof ratedPowerKw === 'number' && { powerShare: power / ratedPowerKw }),
    ...(running !== undefined && { runningShare: running }),
  };
}

function meanWithin(series: readonly TimelineSeries[], tag: string, within?: TimeWindow): number | undefined {
  const points = series.find((one) => one.tag === tag)?.points ?? [];
  const own = points.filter(
    ([timeMs]) => !within || (timeMs >= within.startMs - STEP_MS && timeMs < within.endMs),
  );
  return own.length === 0 ? undefined : own.reduce((sum, [, value]) => sum + value, 0) / own.length;
}

async function transientShare(backend: Reader, asset: Asset, span: TimeWindow): Promise<number | undefined> {
  if (asset.nature.name !== 'stack-monitor') return undefined;
  const rows = await rowsOf(backend, 'stack_hourly', span, { asset: asset.id });
  return rows.length === 0
    ? undefined
    : rows.filter(({ fields }) => fields.transient === true).length / rows.length;
}

async function doubtsDuring(backend: Reader, asset: Asset, span: TimeWindow): Promise<string[]> {
  const rows = await rowsOf(backend, 'instrument_check', span, { asset: asset.id });
  const found = rows.flatMap(({ series, fields }) => {
    const named = String(fields.doubts ?? '')
      .split(';')
      .filter((one) => one !== '');
    const drifted = fields.driftPassed === false ? ['drift'] : [];
    return [...named, ...drifted].map((doubt) => `${series.pollutant} ${doubt}`);
  });
  return [...new Set(found)];
}

async function blackestSmoke(backend: Reader, asset: Asset, span: TimeWindow): Promise<number | undefined> {
  const cameras = backend.plant.assets.filter(
    ({ nature, properties }) => nature.name === 'smoke-camera' && properties.outlet === asset.id,
  );
  const rows = await Promise.all(cameras.map(({ id }) => rowsOf(backend, 'smoke', span, { asset: id })));
  const grades = rows
    .flat()
    .flatMap(({ fields }) => (typeof fields.value === 'number' ? [fields.value] : []));
  return grades.length === 0 ? undefined : Math.max(...grades);
}

/** The evidence without what was not measured. */
function withoutMissing<T extends object>(evidence: T): EpisodeEvidence {
  return Object.fromEntries(
    Object.entries(evidence).filter(([, value]) => value !== undefined),
  ) as unknown as EpisodeEvidence;
}
