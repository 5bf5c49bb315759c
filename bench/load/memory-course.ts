/** Growth of the mean from the first third to the last that still counts as flat: memory goes up and down with each checkpoint. */
const FLAT_PERCENT = 10;

/** How a figure in MB went, by thirds of the time. */
export interface MemoryCourse {
  readonly meanOfEachThird: readonly number[];
  readonly mostOfEachThird: readonly number[];
  readonly growthPercent: number;
  readonly isFlat: boolean;
}

export function memoryCourse(samplesMb: readonly number[]): MemoryCourse {
  const third = Math.max(1, Math.floor(samplesMb.length / 3));
  const thirds = [0, 1, 2].map((n) => samplesMb.slice(n * third, n === 2 ? undefined : (n + 1) * third));
  const means = thirds.map((part) => part.reduce((sum, mb) => sum + mb, 0) / Math.max(1, part.length));
  const growth = 100 * ((means[2] ?? 0) / (means[0] || 1) - 1);
  return {
    meanOfEachThird: means.map(Math.round),
    mostOfEachThird: thirds.map((part) => Math.round(Math.max(...part))),
    growthPercent: Number(growth.toFixed(1)),
    isFlat: growth <= FLAT_PERCENT,
  };
}
