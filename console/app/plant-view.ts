import { PlantCalendar } from '../../model/calendar.ts';
import { type AssetAnswer, api, type PlantAnswer, type SessionAnswer, type TagAnswer } from './api.ts';

/** The plant as the console knows it; read once a visit. */
export interface PlantView {
  readonly plant: PlantAnswer;
  readonly session: SessionAnswer;
  readonly zone: string;
  readonly calendar: PlantCalendar;
  readonly assets: readonly AssetAnswer[];
  readonly tags: readonly TagAnswer[];
  readonly asset: ReadonlyMap<string, AssetAnswer>;
  readonly tag: ReadonlyMap<string, TagAnswer>;
}

/** Recordings are no readings to look at in a list: the machine page shows their spectra. */
const RECORDING = /Waveform(Axial)?$/;

export async function loadPlantView(): Promise<PlantView> {
  const [plant, session, assets, allTags] = await Promise.all([
    api.plant(),
    api.session(),
    api.assets(),
    api.tags(),
  ]);
  const tags = allTags.filter(({ quantity }) => !RECORDING.test(quantity));
  return {
    plant,
    session,
    zone: plant.site.timeZone,
    calendar: new PlantCalendar(plant.site.timeZone),
    assets,
    tags,
    asset: new Map(assets.map((asset) => [asset.id, asset])),
    tag: new Map(tags.map((tag) => [tag.tag, tag])),
  };
}

export const tagsOfAsset = (view: PlantView, asset: AssetAnswer): TagAnswer[] =>
  asset.tags.flatMap((id) => view.tag.get(id) ?? []);

export const assetName = (view: PlantView, id: string): string => view.asset.get(id)?.name ?? id;

/** Assets of one key, in plant order. */
export function groupBy<T>(items: readonly T[], keyOf: (item: T) => string): Map<string, T[]> {
  const groups = new Map<string, T[]>();
  for (const item of items) {
    const group = groups.get(keyOf(item));
    if (group) group.push(item);
    else groups.set(keyOf(item), [item]);
  }
  return groups;
}
