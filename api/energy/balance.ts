import type { Asset, Plant } from '../../model/plant.ts';
import type { TimeWindow } from '../../model/window.ts';
import { type BalanceRow, type MeterEnergy, meterBalance } from '../../scenarios/energy/meter-tree.ts';
import { meterNodes } from '../../scenarios/runner/energy/meter-nodes.ts';
import { intervalOf, mainQuantity, wholeIntervals } from '../../scenarios/runner/energy/stored-interval.ts';
import type { ResultRow } from '../../store/time-series-store.ts';
import type { BalanceMeter, CarrierBalance } from './balance-schemas.ts';

/**
 * The meter tree of each carrier with what its main registers counted over the whole intervals of the span.
 * A meter without any interval has no energy, and its parent no sum of sub-meters: no data is not zero.
 * @param rows `energy_interval` of the span
 * @throws PlantscopeError `meter-tree-invalid`
 */
export function balanceOf(
  plant: Pick<Plant, 'assets'>,
  rows: readonly ResultRow[],
  span: TimeWindow,
): CarrierBalance[] {
  const nodes = meterNodes(plant);
  const energies = energiesOf(plant.assets, rows, span);
  const carriers = [...new Set(nodes.map(({ carrier }) => carrier))];
  return carriers.map((carrier) => ({
    carrier,
    meters: meterBalance(
      nodes.filter((node) => node.carrier === carrier),
      energies,
    ).map(present),
  }));
}

function energiesOf(
  assets: readonly Asset[],
  rows: readonly ResultRow[],
  span: TimeWindow,
): Map<string, MeterEnergy> {
  const energies = new Map<string, { energy: number; completeness: number }>();
  const whole = wholeIntervals(span);
  if (!whole) return energies;
  const main = new Map(assets.map((asset) => [asset.id, mainQuantity(asset)]));
  for (const row of rows) {
    const { asset = '', quantity } = row.series;
    const { startMs, endMs, value, completeness } = intervalOf(row);
    const isWhole = startMs >= whole.startMs && endMs <= whole.endMs;
    if (!isWhole || value === undefined || main.get(asset) !== quantity) continue;
    const sum = energies.get(asset) ?? { energy: 0, completeness: 0 };
    sum.energy += value;
    sum.completeness += completeness / whole.count;
    energies.set(asset, sum);
  }
  return energies;
}

function present(row: BalanceRow): BalanceMeter {
  const { id, name, unit, depth, parent, completeness } = row;
  const { measured, childrenSum, knownLoss, unexplained, unexplainedPct } = row;
  return {
    asset: id,
    name,
    unit,
    depth,
    ...(parent !== undefined && { parent }),
    ...(measured !== undefined && { measured }),
    ...(childrenSum !== undefined && { childrenSum }),
    ...(knownLoss !== undefined && { loss: knownLoss }),
    ...(unexplained !== undefined && { unexplained }),
    ...(unexplainedPct !== undefined && { unexplainedPct }),
    completeness: Math.min(1, completeness),
  };
}
