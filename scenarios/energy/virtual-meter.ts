import { findCycle, inDependencyOrder } from '../../model/dependency-cycle.ts';
import { PlantscopeError } from '../../model/error.ts';
import { evaluateFormula, type Formula, metersOf, parseFormula } from '../../model/formula.ts';
import { areConvertible, converter } from '../../model/unit.ts';
import type { EnergyInterval } from './interval-energy.ts';
import type { MeterEnergy } from './meter-tree.ts';

export interface VirtualMeter {
  readonly id: string;
  readonly unit: string;
  /** See {@link parseFormula}; its meters are real or virtual. */
  readonly formula: string;
}

/** A meter that a formula may name. */
export interface MeterUnit {
  readonly id: string;
  readonly unit: string;
}

interface Prepared {
  readonly meter: VirtualMeter;
  readonly formula: Formula;
}

/** Virtual meters in the order they are computed, checked against the real ones. */
export class VirtualMeters {
  readonly #prepared: readonly Prepared[];
  readonly #unitOf: ReadonlyMap<string, string>;

  /**
   * @throws PlantscopeError `formula-malformed`, `virtual-meter-cycle`, `virtual-meter-unknown-meter`, `unit-mismatch`; `where` names the meter
   */
  constructor(virtual: readonly VirtualMeter[], real: readonly MeterUnit[]) {
    this.#unitOf = new Map([...real, ...virtual].map(({ id, unit }) => [id, unit]));
    const prepared = new Map(
      virtual.map((meter) => [meter.id, { meter, formula: parseFormula(meter.formula) }]),
    );
    for (const one of prepared.values()) this.#check(one);
    const dependencies = new Map([...prepared].map(([id, { formula }]) => [id, metersOf(formula)]));
    const cycle = findCycle(dependencies);
    if (cycle) {
      throw new PlantscopeError(
        'virtual-meter-cycle',
        `Virtual meters depend on each other: ${cycle.join(' -> ')}`,
        {
          where: `virtual meter "${cycle[0]}"`,
        },
      );
    }
    this.#prepared = inDependencyOrder(dependencies).map((id) => prepared.get(id) as Prepared);
  }

  #check({ meter, formula }: Prepared): void {
    const where = `virtual meter "${meter.id}"`;
    for (const name of metersOf(formula)) {
      const unit = this.#unitOf.get(name);
      if (unit === undefined) {
        throw new PlantscopeError('virtual-meter-unknown-meter', `${where}: there is no meter "${name}"`, {
          where,
        });
      }
      if (areConvertible(unit, meter.unit)) continue;
      throw new PlantscopeError(
        'unit-mismatch',
        `${where}: "${name}" counts ${unit}, which is no ${meter.unit}`,
        { where },
      );
    }
  }

  /**
   * Values of all virtual meters over one window. A virtual meter is as complete as the least complete meter in it.
   * @param energies of the real meters, each in its own unit
   */
  evaluate(energies: ReadonlyMap<string, MeterEnergy>): Map<string, MeterEnergy> {
    const known = new Map(energies);
    const results = new Map<string, MeterEnergy>();
    for (const { meter, formula } of this.#prepared) {
      const energy = evaluateFormula(formula, (name) => {
        const value = known.get(name)?.energy;
        return value === undefined
          ? undefined
          : converter(this.#unitOf.get(name) ?? meter.unit, meter.unit)(value);
      });
      const completeness = Math.min(
        1,
        ...metersOf(formula).map((name) => known.get(name)?.completeness ?? 0),
      );
      const result = { energy, completeness: energy === undefined ? 0 : completeness };
      known.set(meter.id, result);
      results.set(meter.id, result);
    }
    return results;
  }

  /**
   * Intervals of all virtual meters: each interval that any real meter has is computed by itself.
   * @param series of the real meters, each in its own unit
   */
  evaluateOver(series: ReadonlyMap<string, readonly EnergyInterval[]>): Map<string, EnergyInterval[]> {
    const byStart = new Map<number, { endMs: number; energies: Map<string, MeterEnergy> }>();
    for (const [id, intervals] of series) {
      for (const { startMs, endMs, value, completeness } of intervals) {
        const at = byStart.get(startMs) ?? { endMs, energies: new Map<string, MeterEnergy>() };
        at.energies.set(id, { energy: value, completeness });
        byStart.set(startMs, at);
      }
    }
    const results = new Map<string, EnergyInterval[]>(this.#prepared.map(({ meter }) => [meter.id, []]));
    for (const [startMs, { endMs, energies }] of [...byStart].sort(([a], [b]) => a - b)) {
      for (const [id, { energy, completeness }] of this.evaluate(energies)) {
        if (energy === undefined) continue;
        results.get(id)?.push({ startMs, endMs, value: energy, completeness, method: 'virtual' });
      }
    }
    return results;
  }
}
