import { type LevelModel, logVariance, type SensorBaseline, type SensorRow } from './level-model.ts';
import { mean, median } from './sample-statistics.ts';

export interface SensorContribution {
  readonly name: string;
  /** Deviation of the level in units of its limit; the sign tells the direction. */
  readonly level: number;
  /** Rise of the spread in units of its limit. */
  readonly spread: number;
}

export interface AnomalyScore {
  /** 1 at the alarm limit. */
  readonly score: number;
  readonly anomaly: boolean;
  /** Of this row, before the median over rows; largest first. */
  readonly contributions: readonly SensorContribution[];
}

/**
 * Scores rows one at a time as they arrive. Its memory is the last `spreadRows` rows and `decisionRows` scores and nothing
 * else: neither a row's number nor its time, nor anything older, can move a decision.
 */
export class LevelScorer {
  private readonly model: LevelModel;
  private readonly recent: (number | undefined)[][];
  private readonly scores: number[] = [];

  constructor(model: LevelModel) {
    this.model = model;
    this.recent = model.sensors.map(() => []);
  }

  push(row: SensorRow): AnomalyScore {
    const { sensors, options } = this.model;
    const contributions = sensors.map((sensor, column) => this.contribution(sensor, column, row[column]));
    contributions.sort((a, b) => magnitude(b) - magnitude(a));
    const worst = contributions[0];
    this.scores.push(worst ? magnitude(worst) : 0);
    if (this.scores.length > options.decisionRows) this.scores.shift();
    const score = median(this.scores);
    return { score, anomaly: score > 1, contributions };
  }

  private contribution(
    sensor: SensorBaseline,
    column: number,
    value: number | undefined,
  ): SensorContribution {
    const { levelRows, spreadRows, levelLimit, spreadLimit } = this.model.options;
    const recent = this.recent[column] as (number | undefined)[];
    recent.push(value);
    if (recent.length > Math.max(levelRows, spreadRows)) recent.shift();
    const level = present(recent.slice(-levelRows));
    const spread = present(recent.slice(-spreadRows));
    return {
      name: sensor.name,
      level: level.length === 0 ? 0 : (mean(level) - sensor.level) / (sensor.levelScale * levelLimit),
      spread:
        spread.length < spreadRows
          ? 0
          : (logVariance(spread, sensor.varianceFloor) - sensor.spread) / (sensor.spreadScale * spreadLimit),
    };
  }
}

function present(values: readonly (number | undefined)[]): number[] {
  return values.filter((value) => value !== undefined);
}

function magnitude(contribution: SensorContribution): number {
  return Math.max(Math.abs(contribution.level), contribution.spread);
}
