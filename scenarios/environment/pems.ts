import {
  anchored,
  DRIFT_FACTOR,
  type InputWatch,
  inputBias,
  startInputWatch,
  watched,
} from './pems-drift.ts';
import { type EmissionModel, fitEmission, outOfTimeErrors, predictEmission } from './pems-model.ts';
import {
  afterCampaign,
  aged,
  CAMPAIGN_ROWS,
  intervalHalfWidth,
  type Recalibration,
  startRecalibration,
} from './pems-recalibration.ts';
import type { Column } from './pems-trees.ts';

/** A trained predictive emission monitor (PEMS). */
export interface EmissionMonitor {
  readonly model: EmissionModel;
  readonly recalibration: Recalibration;
  readonly watch: InputWatch;
  /** Mean absolute error on time it was not trained on, in the target's unit. */
  readonly expectedError: number;
}

export interface EmissionPrediction {
  readonly predicted: number;
  /** 90 % interval. */
  readonly low: number;
  readonly high: number;
  /**
   * The estimated error has grown to 1.5 times what training promised, and has not come back below 1.25 times:
   * reference values are needed.
   */
  readonly drift: boolean;
}

/** Rows of a running campaign that are enough to call its error grown: two days of hourly values. */
const ALARM_ROWS = 48;

/** One hour in time order. */
export interface EmissionRow {
  readonly inputs: readonly number[];
  /**
   * Present only where a reference method measured beside the monitor. It corrects predictions after the campaign's last
   * row, and counts for the drift alarm from the next row on.
   */
  readonly reference?: number | undefined;
}

/** @param columns inputs of hourly rows in time order, all of the target's length; at least 200 rows */
export function trainMonitor(columns: readonly Column[], target: Column): EmissionMonitor {
  const model = fitEmission(columns, target);
  const errors = outOfTimeErrors(columns, target);
  return {
    model,
    recalibration: startRecalibration(errors),
    watch: startInputWatch(columns, model.quadratic),
    expectedError: errors.reduce((sum, error) => sum + Math.abs(error), 0) / errors.length,
  };
}

/**
 * Predictions for rows that follow the training time. A row is predicted from its own inputs and from campaigns that
 * ended before it: nothing of later rows, nor the row's own reference, goes into it.
 */
export function* monitorRows(
  monitor: EmissionMonitor,
  rows: Iterable<EmissionRow>,
): Generator<EmissionPrediction> {
  let { recalibration, watch } = monitor;
  let campaign: number[] = [];
  let campaignError = 0;
  let drift = false;
  for (const { inputs, reference } of rows) {
    if (campaign.length > 0 && (reference === undefined || campaign.length >= 2 * CAMPAIGN_ROWS)) {
      campaignError = meanAbsolute(campaign, recalibration.offset);
      recalibration = afterCampaign(recalibration, Float64Array.from(campaign));
      watch = anchored(watch);
      campaign = [];
    }
    recalibration = aged(recalibration);
    watch = watched(watch, inputs);
    const raw = predictEmission(monitor.model, inputs);
    const predicted = raw + recalibration.offset;
    const half = intervalHalfWidth(recalibration);
    const error = Math.hypot(Math.max(campaignError, monitor.expectedError), inputBias(watch));
    drift = error >= DRIFT_FACTOR[drift ? 'clear' : 'raise'] * monitor.expectedError;
    yield { predicted, low: predicted - half, high: predicted + half, drift };
    if (reference !== undefined) campaign.push(reference - raw);
    // The alarm doesn't wait for the end of a campaign.
    if (campaign.length >= ALARM_ROWS)
      campaignError = meanAbsolute(campaign.slice(-ALARM_ROWS), recalibration.offset);
  }
}

function meanAbsolute(errors: readonly number[], offset: number): number {
  return errors.reduce((sum, error) => sum + Math.abs(error - offset), 0) / errors.length;
}
