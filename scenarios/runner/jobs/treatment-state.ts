import type { Asset, Plant, Tag } from '../../../model/plant.ts';
import { minuteMs, quarterHourMs, type TimeWindow } from '../../../model/window.ts';
import { untreatedSpans } from '../../environment/treatment-evidence.ts';
import type { Job, JobReadings } from '../job.ts';
import { meanOf, minuteMeansOf } from './minute-means.ts';

/** Quantities that tell that a source produces, the most telling first; above the threshold it does. */
const PRODUCTION: readonly (readonly [quantity: string, above: number])[] = [
  ['load', 5],
  ['flow', 0.5],
  ['activePower', 1],
];
/** Below this share of its rated power a facility counts as under-powered; own choice. */
const POWER_SHARE = 0.6;
const LEAST_MINUTES = 10;

/**
 * Each quarter of an hour of a treatment facility: whether what it serves produced, and whether it ran with the power that
 * takes. The electricity of both is the evidence that HJ 212-2025 asks for (ST=44 and 45).
 */
export const treatmentStateJob: Job = {
  measurement: 'treatment_state',
  windowMs: quarterHourMs,
  reachMs: 0,
  subjects: (plant) =>
    plant.assets
      .filter((asset) => asset.nature.name === 'treatment-facility')
      .flatMap((asset) => {
        const power = asset.tags.find(({ quantity }) => quantity === 'activePower');
        const production = productionTag(plant, asset);
        return power && production ? [{ asset, tags: [power, production] }] : [];
      }),
  compute: ({ asset, tags }, window, readings) => {
    const [power, production] = tags;
    const rated = asset.properties.ratedPowerKw;
    if (!power || !production || typeof rated !== 'number') return [];
    const threshold = PRODUCTION.find(([quantity]) => quantity === production.quantity)?.[1] ?? 0;
    const minutes = minutesOf(power, production, window, readings);
    const known = minutes.filter((one) => one.production !== undefined && one.facilityPowerKw !== undefined);
    if (known.length < LEAST_MINUTES) return [];
    const rules = { productionAbove: threshold, facilityRatedKw: rated, powerShare: POWER_SHARE };
    const spans = untreatedSpans(minutes, rules);
    const lengthOf = (verdict: string): number =>
      spans
        .filter((span) => span.verdict === verdict)
        .reduce((sum, { startMs, endMs }) => sum + (endMs - startMs) / minuteMs, 0);
    const [off, under] = [lengthOf('off'), lengthOf('under-powered')];
    return [
      {
        series: { asset: asset.id },
        fields: {
          ...{ offMinutes: off, underPoweredMinutes: under, untreatedMinutes: off + under },
          powerShare: meanOf(known.map((one) => (one.facilityPowerKw ?? 0) / rated)),
          producingShare: known.filter((one) => (one.production ?? 0) > threshold).length / known.length,
          production: production.id,
          verdict: off > under ? 'off' : off + under > 0 ? 'under-powered' : 'treated',
          completeness: known.length / (quarterHourMs / minuteMs),
          method: 'power-against-production',
          edition: 'HJ 212-2025 ST=44, ST=45',
        },
      },
    ];
  },
};

/** Production of the source before the outlet that the facility serves, else the flow of that outlet. */
function productionTag(plant: Plant, facility: Asset): Tag | undefined {
  const outlet = plant.assetsById.get(String(facility.properties.serves));
  const sources = (outlet?.outlet?.sources ?? []).flatMap((id) => plant.assetsById.get(id) ?? []);
  const candidates = [...sources, ...(outlet ? [outlet] : [])];
  for (const asset of candidates) {
    for (const [quantity] of PRODUCTION) {
      const tag = asset.tags.find((one) => one.quantity === quantity);
      if (tag) return tag;
    }
  }
  return undefined;
}

function minutesOf(power: Tag, production: Tag, window: TimeWindow, readings: JobReadings) {
  const facilityPower = minuteMeansOf(readings.ofTag(power.id), window);
  const produced = minuteMeansOf(readings.ofTag(production.id), window);
  return Array.from({ length: quarterHourMs / minuteMs }, (_, i) => {
    const startMs = window.startMs + i * minuteMs;
    return {
      ...{ startMs, endMs: startMs + minuteMs },
      ...{ production: produced.get(startMs), facilityPowerKw: facilityPower.get(startMs) },
    };
  });
}
