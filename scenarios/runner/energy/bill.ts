import type { BasicCharge } from '../../../model/energy-settings.ts';
import type { Asset } from '../../../model/plant.ts';
import type { TimeWindow } from '../../../model/window.ts';
import {
  type DemandCharge,
  type DemandContract,
  declaredDemandDefault,
  demandCharge,
} from '../../energy/demand-charge.ts';
import { type PowerFactorAdjustment, powerFactorAdjustment } from '../../energy/power-factor.ts';
import type { EnergyCost } from '../../energy/tariff-cost.ts';
import type { TariffCalendar } from '../../energy/tariff-periods.ts';
import { type MeterSeries, sumOver } from './meter-intervals.ts';

/** Charges of one supply and month; what can't be told is left out, and `notes` says why. */
export interface Bill {
  readonly asset: string;
  readonly energy?: number;
  readonly completeness: number;
  /** Of the intervals in it. */
  readonly method: string;
  readonly energyCharge: number;
  /** Documents of the tariff versions that priced it. */
  readonly energyEdition: string;
  readonly basicCharge?: number;
  readonly billedDemand?: number;
  readonly billedUnit?: string;
  readonly basicEdition?: string;
  readonly powerFactor?: number;
  readonly adjustmentPct?: number;
  readonly adjustment?: number;
  readonly adjustmentEdition?: string;
  readonly total: number;
  readonly notes: string[];
}

export interface BillInput {
  readonly asset: Asset;
  readonly active: MeterSeries;
  /** Reactive energy; undefined where the meter has no register of it. */
  readonly reactive: MeterSeries | undefined;
  /** The month, or the part of it that has passed. */
  readonly month: TimeWindow;
  readonly energyCost: Pick<EnergyCost, 'cost' | 'editions'>;
  readonly maximumDemandKw: number | undefined;
}

/**
 * Charges of one supply and month: energy, basic charge (基本电费), adjustment by the power factor (力调电费) of the month's totals.
 * Each part that can't be told is left out with the reason. Government funds are not in it.
 */
export function billOf(input: BillInput, tariff: TariffCalendar): Bill {
  const { asset, month, energyCost } = input;
  const version = tariff.versionAt(month.startMs);
  const active = sumOver(input.active.intervals, month);
  const notes: string[] = [];
  const basic = version?.basicCharge && basicOf(input, version.basicCharge, notes);
  const adjusted = version?.powerFactorTarget && adjustmentOf(input, version.powerFactorTarget, notes);
  const base = energyCost.cost + (basic?.cost ?? 0);
  const adjustment = adjusted ? (base * adjusted.adjustmentPct) / 100 : undefined;
  return {
    asset: asset.id,
    ...(active.energy !== undefined && { energy: active.energy }),
    ...{ completeness: active.completeness, method: active.method },
    ...{ energyCharge: energyCost.cost, energyEdition: energyCost.editions.join('; ') },
    ...(basic && { basicCharge: basic.cost, billedDemand: basic.billed, billedUnit: basic.unit }),
    ...(basic && { basicEdition: basic.edition }),
    ...(adjusted && { powerFactor: adjusted.powerFactor, adjustmentPct: adjusted.adjustmentPct }),
    ...(adjusted && { adjustmentEdition: adjusted.edition }),
    ...(adjustment !== undefined && { adjustment }),
    total: base + (adjustment ?? 0),
    notes,
  };
}

function basicOf(
  { asset, maximumDemandKw }: BillInput,
  charge: BasicCharge,
  notes: string[],
): DemandCharge | undefined {
  const contract = contractOf(asset, charge, notes);
  if (!contract) return undefined;
  if (contract.basis !== 'capacity' && maximumDemandKw === undefined) {
    notes.push('no demand is known in the month, so the basic charge is left out');
    return undefined;
  }
  return demandCharge(contract, maximumDemandKw ?? 0);
}

function contractOf({ properties }: Asset, charge: BasicCharge, notes: string[]): DemandContract | undefined {
  const { capacityKva, declaredDemandKw } = properties;
  if (typeof capacityKva !== 'number') {
    notes.push('the meter names no capacityKva, so the basic charge is left out');
    return undefined;
  }
  if (charge.basis === 'capacity') return { basis: 'capacity', capacityKva, pricePerKva: charge.pricePerKva };
  if (charge.basis === 'measured') return { basis: 'measured', capacityKva, pricePerKw: charge.pricePerKw };
  if (typeof declaredDemandKw !== 'number') {
    notes.push('the meter names no declaredDemandKw, so the basic charge is left out');
    return undefined;
  }
  const rule = { ...declaredDemandDefault, ...charge.rule };
  return {
    basis: 'declared',
    capacityKva,
    declaredKw: declaredDemandKw,
    pricePerKw: charge.pricePerKw,
    rule,
  };
}

function adjustmentOf(
  { active, reactive, month }: BillInput,
  target: 0.9 | 0.85 | 0.8,
  notes: string[],
): PowerFactorAdjustment | undefined {
  const kvarh = reactive && sumOver(reactive.intervals, month).energy;
  if (kvarh === undefined) {
    notes.push('no reactive energy is metered, so there is no power factor adjustment');
    return undefined;
  }
  const kwh = sumOver(active.intervals, month).energy;
  return kwh === undefined ? undefined : powerFactorAdjustment(kwh, kvarh, target);
}
