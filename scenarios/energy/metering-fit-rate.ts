/** Level of the metering: the site's boundary, a sub-unit, a main consumer. */
export const meteringLevels = ['site', 'unit', 'equipment'] as const;
export type MeteringLevel = (typeof meteringLevels)[number];

export interface FitRateRequirement {
  readonly carrier: 'electricity' | 'solid' | 'liquid' | 'gas' | 'steam' | 'water' | 'recoverable';
  /** Least fit rate, per cent. */
  readonly site: number;
  readonly unit: number;
  readonly equipment: number;
}

export interface FitRateTable {
  readonly edition: string;
  readonly note: string;
  readonly requirements: readonly FitRateRequirement[];
}

/** From memory of the 2006 edition: an editable default. GB 17167-2025 replaces it; its figures were not at hand. */
export const fitRateTable2006: FitRateTable = {
  edition: 'GB 17167-2006',
  note: 'unverified; GB 17167-2025 is in force, put its table here',
  requirements: [
    { carrier: 'electricity', site: 100, unit: 100, equipment: 95 },
    { carrier: 'solid', site: 100, unit: 100, equipment: 90 },
    { carrier: 'liquid', site: 100, unit: 100, equipment: 90 },
    { carrier: 'gas', site: 100, unit: 100, equipment: 90 },
    { carrier: 'steam', site: 100, unit: 80, equipment: 70 },
    { carrier: 'water', site: 100, unit: 95, equipment: 80 },
    { carrier: 'recoverable', site: 100, unit: 80, equipment: 60 },
  ],
};

/** A point where a meter is required, and whether one is installed. */
export interface MeteringPoint {
  readonly carrier: FitRateRequirement['carrier'];
  readonly level: MeteringLevel;
  readonly isInstalled: boolean;
}

export interface FitRate {
  readonly carrier: FitRateRequirement['carrier'];
  readonly level: MeteringLevel;
  readonly required: number;
  readonly installed: number;
  /** installed / required × 100. */
  readonly ratePct: number;
  readonly leastPct: number | undefined;
  readonly isMet: boolean | undefined;
  readonly edition: string;
}

/** Metering fit rate (能源计量器具配备率) by carrier and level. @see GB 17167-2006 clause 3.2 */
export function fitRates(
  points: readonly MeteringPoint[],
  table: FitRateTable = fitRateTable2006,
): FitRate[] {
  const groups = new Map<string, MeteringPoint[]>();
  for (const point of points) {
    const key = `${point.carrier}/${point.level}`;
    groups.set(key, [...(groups.get(key) ?? []), point]);
  }
  return [...groups.values()].map((group) => {
    const { carrier, level } = group[0] as MeteringPoint;
    const installed = group.filter((point) => point.isInstalled).length;
    const ratePct = (100 * installed) / group.length;
    const leastPct = table.requirements.find((row) => row.carrier === carrier)?.[level];
    const isMet = leastPct === undefined ? undefined : ratePct >= leastPct;
    return {
      carrier,
      level,
      required: group.length,
      installed,
      ratePct,
      leastPct,
      isMet,
      edition: table.edition,
    };
  });
}
