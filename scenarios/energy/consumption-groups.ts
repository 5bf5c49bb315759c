import type { MeterEnergy } from './meter-tree.ts';

/** Energy of one meter with what it may be grouped by. */
export interface LabelledEnergy extends MeterEnergy {
  readonly meter: string;
  readonly carrier: string;
  readonly unit: string;
  /** `area`, `line`, `asset`, `shift`, `product` ... */
  readonly labels: Readonly<Record<string, string>>;
}

export interface ConsumptionGroup {
  readonly group: string;
  readonly carrier: string;
  readonly unit: string;
  /** Sum of what is known; undefined where nothing is. */
  readonly energy: number | undefined;
  /** Mean over the meters; a meter without value counts 0. */
  readonly completeness: number;
  /** Meters without value: the sum lacks them. */
  readonly without: readonly string[];
}

/**
 * Sums meters by a label and carrier. A meter that lacks the label is in group `""`. Sub-meters and their parent must not both be given:
 * that counts twice.
 */
export function groupConsumption(energies: readonly LabelledEnergy[], label: string): ConsumptionGroup[] {
  const groups = new Map<string, LabelledEnergy[]>();
  for (const energy of energies) {
    const key = JSON.stringify([energy.labels[label] ?? '', energy.carrier, energy.unit]);
    groups.set(key, [...(groups.get(key) ?? []), energy]);
  }
  return [...groups.values()].map((members) => {
    const first = members[0] as LabelledEnergy;
    const known = members.filter(({ energy }) => energy !== undefined);
    return {
      group: first.labels[label] ?? '',
      carrier: first.carrier,
      unit: first.unit,
      energy: known.length === 0 ? undefined : known.reduce((sum, { energy }) => sum + (energy ?? 0), 0),
      completeness: known.reduce((sum, { completeness }) => sum + completeness, 0) / members.length,
      without: members.filter(({ energy }) => energy === undefined).map(({ meter }) => meter),
    };
  });
}
