import type { Asset, Tag } from '../../model/plant.ts';
import { minuteMs, type TimeWindow } from '../../model/window.ts';
import { type CommissioningMeter, commissionMeters } from '../../scenarios/energy/commissioning-run.ts';
import {
  type CommissioningQuantity,
  commissioningQuantities,
  commissioningSamples,
  type ValuesByTime,
} from '../../scenarios/energy/commissioning-samples.ts';
import type { Backend } from '../ports.ts';
import type { CommissioningAnswer } from './meter-schemas.ts';

/** Whether each electricity meter is wired and scaled right, from the minutes of the span. */
export async function commissioningOf(backend: Backend, span: TimeWindow): Promise<CommissioningAnswer> {
  const { plant, calendar } = backend;
  const meters: CommissioningMeter[] = [];
  for (const asset of plant.assets.filter(({ nature }) => nature.name === 'electricity-meter'))
    meters.push(await observed(backend, asset, span));
  const samples = new Map(meters.map((meter) => [meter.id, meter.samples.length]));
  return {
    ...{ from: calendar.toIso(span.startMs), to: calendar.toIso(span.endMs) },
    meters: commissionMeters(meters).map(({ meter, isAccepted, findings }) => ({
      ...{
        meter,
        name: plant.assetsById.get(meter)?.name ?? meter,
        isAccepted,
        samples: samples.get(meter) ?? 0,
      },
      findings: findings.map(({ meter: _meter, ...finding }) => finding),
    })),
  };
}

/** Registers as they stood first in each minute, powers and currents as means. */
async function observed(backend: Backend, asset: Asset, span: TimeWindow): Promise<CommissioningMeter> {
  const tags = asset.tags.filter(({ quantity }) => isCommissioned(quantity));
  const registers = tags.filter(({ definition }) => definition.cumulates);
  const powers = tags.filter(({ definition }) => !definition.cumulates);
  const series = [
    ...(await minutesOf(backend, registers, 'first', span)),
    ...(await minutesOf(backend, powers, 'time-weighted-mean', span)),
  ];
  return {
    id: asset.id,
    ...(asset.parent !== undefined && { parent: asset.parent }),
    samples: commissioningSamples(Object.fromEntries(series)),
  };
}

const isCommissioned = (quantity: string): quantity is CommissioningQuantity =>
  commissioningQuantities.some((name) => name === quantity);

async function minutesOf(
  { store }: Backend,
  tags: readonly Tag[],
  aggregate: 'first' | 'time-weighted-mean',
  span: TimeWindow,
): Promise<[quantity: string, values: ValuesByTime][]> {
  if (tags.length === 0) return [];
  const series = await store.aggregates({
    tags: tags.map(({ id }) => id),
    aggregate,
    every: minuteMs,
    ...span,
  });
  const quantities = new Map(tags.map(({ id, quantity }) => [id, quantity]));
  return series.map(({ tag, points }) => [
    quantities.get(tag) ?? tag,
    new Map(points.map(({ timeMs, value }) => [timeMs, value])),
  ]);
}
