import { PlantCalendar } from '../model/calendar.ts';
import type { EnergySettings, RegisterChange } from '../model/energy-settings.ts';
import { natures } from '../model/natures.ts';
import type { BaselineFile, RegisterChangeFile } from './energy-analysis-schema.ts';
import type { PlantFile } from './schema.ts';
import { placedAssets } from './walk.ts';

/** Enthalpy of water at 20 °C. */
const FEED_WATER_KJ_PER_KG = 84;
const DEFAULT_DAYS_BEFORE = 14;

/** The energy section with its times as instants and every default filled in; undefined where the file has none. */
export function resolveEnergy(file: PlantFile): EnergySettings | undefined {
  const { energy } = file;
  if (!energy) return undefined;
  const calendar = new PlantCalendar(file.site.timeZone);
  const natureOf = new Map(placedAssets(file).map(({ asset }) => [asset.id, asset.nature]));
  return {
    virtualMeters: (energy.virtualMeters ?? []).map((meter) => ({
      ...{ name: meter.id, unit: 'kWh', carrier: 'electricity' },
      ...meter,
    })),
    registerChanges: (energy.registerChanges ?? []).map((change) =>
      resolveChange(change, natureOf.get(change.meter) ?? '', calendar),
    ),
    products: (energy.products ?? []).map((product) => ({ name: product.id, unit: 'pcs', ...product })),
    baselines: (energy.baselines ?? []).map((baseline) => resolveBaseline(baseline, calendar)),
    airStations: energy.airStations ?? [],
    boilers: (energy.boilers ?? []).map((boiler) => ({
      feedWaterEnthalpyKjPerKg: FEED_WATER_KJ_PER_KG,
      ...boiler,
    })),
    missingMeters: energy.missingMeters ?? [],
    vee: energy.vee ?? {},
  };
}

function resolveChange(
  { at, quantity, ...change }: RegisterChangeFile,
  nature: string,
  calendar: PlantCalendar,
): RegisterChange {
  const registers = Object.entries(natures[nature]?.quantities ?? {});
  const main = registers.find(([, { required, cumulates }]) => required && cumulates)?.[0] ?? '';
  return { ...change, quantity: quantity ?? main, atMs: calendar.parse(at) ?? 0 };
}

function resolveBaseline(
  { from, to, every = 'hour', daysBefore = DEFAULT_DAYS_BEFORE, ...baseline }: BaselineFile,
  calendar: PlantCalendar,
) {
  const [startMs, endMs] = [from, to].map((text) => (text === undefined ? undefined : calendar.parse(text)));
  return {
    ...{ ...baseline, every, daysBefore },
    ...(startMs !== undefined && endMs !== undefined && { period: { startMs, endMs } }),
  };
}
