import { mean, median } from '../anomaly/sample-statistics.ts';
import { inferSeason } from './season.ts';

export interface StreamOptions {
  /** Cycles of the season that form the reference, at least. */
  readonly cycles: number;
  /** Rows the reference spans at least, whatever the season. */
  readonly spanRows: number;
  /** A season's phase may slip by this many rows. */
  readonly phaseSlipRows: number;
  /** A score shows only where none of the last rows scored as high: one event, one alarm. */
  readonly noveltyRows: number;
}

export const DEFAULT_STREAM_OPTIONS: StreamOptions = {
  cycles: 6,
  spanRows: 800,
  phaseSlipRows: 2,
  noveltyRows: 200,
};

/** Rows a season is inferred from, at most. */
const SEASON_HISTORY_ROWS = 5000;
const FIRST_SEASON_ROW = 200;
const SEASON_GROWTH = 1.25;
/** Fewer reference values bound nothing. */
const MIN_REFERENCE = 6;
const FIRST_SCALE_ROW = 100;
const SCALE_EVERY_ROWS = 50;
/** A stream that never moved: a change counts in this share of its value. */
const FLAT_WIDTH_SHARE = 0.01;

/**
 * Scores a single stream, value by value, from its past alone. A value is compared with the range of what the stream showed
 * at the same phase of its last seasons (or simply lately, where it has none); the score is how far outside it lies, in
 * typical widths of that range. The season is inferred from the past and again as the past grows.
 */
export class StreamDetector {
  private readonly options: StreamOptions;
  /** Bounded: older values than any reference or inference can reach are dropped. */
  private readonly history: number[] = [];
  private readonly widths: number[] = [];
  private readonly recentScores: number[] = [];
  private rows = 0;
  private seasonRows = 0;
  private nextSeasonRow = FIRST_SEASON_ROW;
  /** 0 until enough has been seen. */
  private typicalWidth = 0;

  constructor(options: StreamOptions = DEFAULT_STREAM_OPTIONS) {
    this.options = options;
  }

  /** Rows of the inferred season, 0 where none is known. */
  get season(): number {
    return this.seasonRows;
  }

  /** The score of this value, >= 0; a missing value scores 0 and is taken as unchanged. */
  push(value: number | undefined): number {
    const known = value ?? this.history.at(-1);
    if (known === undefined) return 0;
    this.updateSeason();
    const { distance, width } = this.outside(known);
    this.updateScale();
    this.remember(known, width);
    return this.novel(value === undefined || this.typicalWidth === 0 ? 0 : distance / this.typicalWidth);
  }

  private updateSeason(): void {
    if (this.rows < this.nextSeasonRow) return;
    this.seasonRows = inferSeason(this.history.slice(-SEASON_HISTORY_ROWS))?.lengthRows ?? 0;
    this.nextSeasonRow = Math.min(Math.floor(this.rows * SEASON_GROWTH) + 1, this.rows + SEASON_HISTORY_ROWS);
  }

  /** Distance outside the reference range, and the range's width. */
  private outside(value: number): { distance: number; width: number } {
    let low = Number.POSITIVE_INFINITY;
    let high = Number.NEGATIVE_INFINITY;
    let count = 0;
    for (const index of this.referenceIndices()) {
      const past = this.history[index];
      if (past === undefined) continue;
      low = Math.min(low, past);
      high = Math.max(high, past);
      count++;
    }
    if (count < MIN_REFERENCE) return { distance: 0, width: 0 };
    return { distance: Math.max(0, low - value, value - high), width: high - low };
  }

  private *referenceIndices(): Generator<number> {
    const now = this.history.length;
    const { cycles, spanRows, phaseSlipRows } = this.options;
    if (this.seasonRows === 0) {
      for (let back = 1; back <= spanRows; back++) yield now - back;
      return;
    }
    const count = Math.max(cycles, Math.ceil(spanRows / this.seasonRows));
    for (let cycle = 1; cycle <= count; cycle++)
      for (let slip = -phaseSlipRows; slip <= phaseSlipRows; slip++)
        yield now - cycle * this.seasonRows + slip;
  }

  private updateScale(): void {
    if (this.rows < FIRST_SCALE_ROW || this.rows % SCALE_EVERY_ROWS !== 0) return;
    this.typicalWidth =
      median(this.widths) || mean(this.widths) || FLAT_WIDTH_SHARE * Math.abs(this.history.at(-1) ?? 0);
  }

  private remember(value: number, width: number): void {
    this.history.push(value);
    this.widths.push(width);
    this.rows++;
    if (this.widths.length > SEASON_HISTORY_ROWS) this.widths.shift();
    const reach = Math.max(SEASON_HISTORY_ROWS, (this.options.cycles + 1) * this.seasonRows);
    if (this.history.length > 2 * reach) this.history.splice(0, this.history.length - reach);
  }

  private novel(score: number): number {
    const highest = this.recentScores.reduce((most, past) => Math.max(most, past), 0);
    this.recentScores.push(score);
    if (this.recentScores.length > this.options.noveltyRows) this.recentScores.shift();
    return score > highest ? score : 0;
  }
}
