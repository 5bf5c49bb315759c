import type { TimeWindow } from '../../model/window.ts';
import { powerFactor } from '../../scenarios/energy/power-factor.ts';
import { type MeterSeries, meterSeries, sumOver } from '../../scenarios/runner/energy/meter-intervals.ts';
import { supplyQuality } from '../../scenarios/runner/energy/supply-quality.ts';
import type { Backend } from '../ports.ts';
import type { Factor, Quality } from './load-schemas.ts';

/** EN 50160 and GB/T 12325 judge supply by the share of a time that is within: 95 %. */
const SHARE_WITHIN = 0.95;

/** Power factor of each meter with a reactive register, from the energies of the span. */
export async function powerFactorsOf(
  { store, plant, calendar }: Backend,
  span: TimeWindow,
): Promise<Factor[]> {
  const query = { span, carrier: 'electricity' };
  const [active, reactive] = await Promise.all([
    meterSeries(store, { assets: plant.assets }, query),
    meterSeries(store, { assets: plant.assets }, { ...query, quantity: 'reactiveEnergyTotal' }),
  ]);
  const reactiveOf = new Map(reactive.map((series) => [series.id, series]));
  return active.flatMap((series) => {
    const own = reactiveOf.get(series.id);
    if (!own || own.intervals.length === 0) return [];
    const [kwh, kvarh] = [sumOver(series.intervals, span), sumOver(own.intervals, span)];
    if (kwh.energy === undefined || kvarh.energy === undefined) return [];
    const factor = powerFactor(kwh.energy, kvarh.energy);
    const lowest = lowestOf(series, own);
    return [
      {
        ...{ asset: series.id, activeEnergy: kwh.energy, reactiveEnergy: kvarh.energy },
        ...(factor !== undefined && { powerFactor: factor }),
        ...(lowest && { lowest: { ...lowest, start: calendar.toIso(lowest.startMs) } }),
        completeness: Math.min(kwh.completeness, kvarh.completeness),
      },
    ].map(({ lowest: low, ...rest }) => ({
      ...rest,
      ...(low && { lowest: { start: low.start, powerFactor: low.powerFactor } }),
    }));
  });
}

function lowestOf(active: MeterSeries, reactive: MeterSeries) {
  const kvarh = new Map(reactive.intervals.map(({ startMs, value }) => [startMs, value]));
  let lowest: { startMs: number; powerFactor: number } | undefined;
  for (const { startMs, value } of active.intervals) {
    const factor = powerFactor(value ?? 0, kvarh.get(startMs) ?? 0);
    if (factor !== undefined && kvarh.has(startMs) && factor < (lowest?.powerFactor ?? 2))
      lowest = { startMs, powerFactor: factor };
  }
  return lowest;
}

/** Voltage, unbalance, distortion and frequency of each meter that measures them, against the limits. */
export async function qualityOf({ store, plant }: Backend, span: TimeWindow): Promise<Quality[]> {
  const meters = plant.assets.filter(({ nature }) => nature.carrier === 'electricity');
  const figures: Quality[] = [];
  for (const asset of meters) {
    for (const figure of await supplyQuality(store, asset, span)) {
      const { quantity, tag, least, mean, most, p95, limit, outsideShare, completeness } = figure;
      figures.push({
        ...{ asset: asset.id, quantity, tag, unit: limit.unit, least, mean, most, p95 },
        ...{ limitLow: limit.least, limitHigh: limit.most, outsideShare, completeness },
        ...{ isWithin: 1 - outsideShare >= SHARE_WITHIN, edition: limit.edition, evidence: limit.evidence },
      });
    }
  }
  return figures;
}
