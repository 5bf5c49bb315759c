/** Energy and temperature of one interval. */
export interface HingeRow {
  readonly temperature: number;
  readonly energy: number;
}

/** Sums over rows: number, t, t², y, t·y. */
type Sums = readonly [n: number, t: number, tt: number, y: number, ty: number];

/** Sums of one column h of a design: h, h², h·y. */
interface ColumnSums {
  readonly h: number;
  readonly hh: number;
  readonly hy: number;
}

/**
 * Residual sums of squares of b0 + b1·max(low - T, 0) + b2·max(T - high, 0) by least squares, for any change points: the sums over
 * the sorted temperatures are added up once, so that one more pair of change points costs two look-ups.
 */
export class HingeSums {
  /** Ascending. */
  readonly temperatures: readonly number[];
  readonly #meanTemperature: number;
  readonly #squaredEnergy: number;
  /** Sums over the first k rows, at k. */
  readonly #first: readonly Sums[];

  constructor(rows: readonly HingeRow[]) {
    const sorted = [...rows].sort((a, b) => a.temperature - b.temperature);
    this.temperatures = sorted.map(({ temperature }) => temperature);
    // About the means, so that the squares keep their digits; it also takes the constant out of the right-hand side.
    this.#meanTemperature = mean(this.temperatures);
    const energies = sorted.map(({ energy }) => energy);
    const meanEnergy = mean(energies);
    const centred = energies.map((energy) => energy - meanEnergy);
    this.#squaredEnergy = centred.reduce((sum, y) => sum + y * y, 0);
    this.#first = cumulated(
      this.temperatures.map((t) => t - this.#meanTemperature),
      centred,
    );
  }

  /**
   * @param low change point of the slope below it; undefined where there is none
   * @param high the same above it; not less than `low`
   */
  residual(low: number | undefined, high: number | undefined): number {
    const columns = [
      ...(low === undefined ? [] : [this.#below(low)]),
      ...(high === undefined ? [] : [this.#above(high)]),
    ].filter(({ hh }) => hh > 0);
    // No row lies on both sides, so the two columns are orthogonal and only the constant is left to solve for.
    let [explained, constant, right] = [0, this.temperatures.length, 0];
    for (const { h, hh, hy } of columns) {
      explained += (hy * hy) / hh;
      constant -= (h * h) / hh;
      right -= (h * hy) / hh;
    }
    const byConstant = constant > 0 ? (right * right) / constant : 0;
    return Math.max(0, this.#squaredEnergy - explained - byConstant);
  }

  #below(limit: number): ColumnSums {
    const at = limit - this.#meanTemperature;
    return negated(columnSums(this.#sumsUpTo(limit), at));
  }

  #above(limit: number): ColumnSums {
    const [all, upTo] = [this.#first.at(-1) as Sums, this.#sumsUpTo(limit)];
    const rest = all.map((sum, index) => sum - (upTo[index] ?? 0)) as unknown as Sums;
    return columnSums(rest, limit - this.#meanTemperature);
  }

  #sumsUpTo(limit: number): Sums {
    let [from, to] = [0, this.temperatures.length];
    while (from < to) {
      const middle = (from + to) >> 1;
      if ((this.temperatures[middle] as number) <= limit) from = middle + 1;
      else to = middle;
    }
    return this.#first[from] as Sums;
  }
}

/** Sums of the column t - limit. */
const columnSums = ([n, t, tt, y, ty]: Sums, limit: number): ColumnSums => ({
  h: t - n * limit,
  hh: tt - 2 * limit * t + n * limit * limit,
  hy: ty - limit * y,
});

const negated = ({ h, hh, hy }: ColumnSums): ColumnSums => ({ h: -h, hh, hy: -hy });

const mean = (values: readonly number[]): number =>
  values.reduce((sum, value) => sum + value, 0) / values.length;

function cumulated(temperatures: readonly number[], energies: readonly number[]): Sums[] {
  const first: Sums[] = [[0, 0, 0, 0, 0]];
  temperatures.forEach((t, index) => {
    const y = energies[index] ?? 0;
    const [n, sumT, sumTt, sumY, sumTy] = first[index] as Sums;
    first.push([n + 1, sumT + t, sumTt + t * t, sumY + y, sumTy + t * y]);
  });
  return first;
}
