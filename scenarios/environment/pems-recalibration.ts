/** Rows of one week of hourly values: the length of a reference campaign. */
export const CAMPAIGN_ROWS = 168;
/** Rows of one quarter of hourly values. */
const QUARTER_ROWS = 2190;

export interface RecalibrationSettings {
  /** Share of measured values that the interval shall hold, 0..1. */
  readonly coverage: number;
  /** Variance of the offset when training ends, and what it gains in a quarter, in variances of a week's mean error. */
  readonly initialOffsetVariance: number;
  readonly quarterlyOffsetVariance: number;
  /** Errors on later time are larger than those between the halves of the training time, by about this factor. */
  readonly extrapolation: number;
}

/**
 * Chosen on the two training years of a gas turbine alone, predicting each from the other and halves from halves, with the
 * campaign at five places of the quarter. A week's mean error says little of the next quarter there, so the offset moves
 * little; errors on the year that follows were 1.36 times those between the halves of the training year; the interval is
 * sought at 92 % because few campaigns stand for a whole year.
 */
export const RECALIBRATION: RecalibrationSettings = {
  coverage: 0.92,
  initialOffsetVariance: 0.1,
  quarterlyOffsetVariance: 0.04,
  extrapolation: 1.35,
};

/** Offset and interval of a predictive monitor between its reference campaigns. */
export interface Recalibration {
  /** Added to the model's answer. */
  readonly offset: number;
  /** Variance of the offset, growing with the age of the last campaign. */
  readonly offsetVariance: number;
  /** Variance that the mean error of one week has by itself. */
  readonly weekVariance: number;
  /** Sorted absolute errors of training time; together they weigh as much as one campaign. */
  readonly trainingErrors: Float64Array;
  /** Absolute errors of the campaigns so far. */
  readonly campaignErrors: readonly Float64Array[];
  /** Half width without the share of the offset. */
  readonly halfWidth: number;
}

/** @param errors out-of-time errors of the training rows, in order */
export function startRecalibration(errors: Float64Array, settings = RECALIBRATION): Recalibration {
  const weekVariance = varianceOfWeeks(errors);
  const trainingErrors = errors.map((error) => settings.extrapolation * Math.abs(error)).sort();
  return {
    offset: 0,
    offsetVariance: settings.initialOffsetVariance * weekVariance,
    weekVariance,
    trainingErrors,
    campaignErrors: [],
    halfWidth: pooledQuantile(trainingErrors, [], settings.coverage),
  };
}

/** The state one row (hour) later: what is known of the offset gets older. */
export function aged(state: Recalibration, settings = RECALIBRATION): Recalibration {
  const gain = (settings.quarterlyOffsetVariance * state.weekVariance) / QUARTER_ROWS;
  return { ...state, offsetVariance: state.offsetVariance + gain };
}

/** Half width of the interval now. */
export function intervalHalfWidth({ halfWidth, offsetVariance }: Recalibration): number {
  return Math.hypot(halfWidth, 1.645 * Math.sqrt(offsetVariance));
}

/**
 * The state after a campaign. The offset moves by a Kalman step towards the campaign's mean error, because one week says
 * less of a quarter than its many hours suggest; the campaign's errors as they were met join the pool that the interval
 * is read from.
 * @param errors measured minus model (offset not added), at least one
 */
export function afterCampaign(
  state: Recalibration,
  errors: Float64Array,
  settings = RECALIBRATION,
): Recalibration {
  const mean = errors.reduce((a, b) => a + b, 0) / errors.length;
  const ownVariance = state.weekVariance * Math.max(1, CAMPAIGN_ROWS / 2 / errors.length);
  const gain = state.offsetVariance / (state.offsetVariance + ownVariance);
  const offset = state.offset + gain * (mean - state.offset);
  const campaignErrors = [...state.campaignErrors, errors.map((error) => Math.abs(error - state.offset))];
  return {
    ...state,
    offset,
    offsetVariance: (1 - gain) * state.offsetVariance,
    campaignErrors,
    halfWidth: pooledQuantile(state.trainingErrors, campaignErrors, settings.coverage),
  };
}

/** Variance of the mean errors of whole weeks; of the errors themselves where there is less than two weeks. */
function varianceOfWeeks(errors: Float64Array): number {
  const length = errors.length >= 2 * CAMPAIGN_ROWS ? CAMPAIGN_ROWS : 1;
  const means: number[] = [];
  for (let start = 0; start + length <= errors.length; start += length) {
    means.push(errors.subarray(start, start + length).reduce((a, b) => a + b, 0) / length);
  }
  const mean = means.reduce((a, b) => a + b, 0) / means.length;
  return means.reduce((sum, m) => sum + (m - mean) ** 2, 0) / means.length;
}

function pooledQuantile(training: Float64Array, campaigns: readonly Float64Array[], share: number): number {
  const trainingWeight = CAMPAIGN_ROWS / training.length;
  const pool = [...training].map((error) => ({ error, weight: trainingWeight }));
  for (const campaign of campaigns) for (const error of campaign) pool.push({ error, weight: 1 });
  pool.sort((a, b) => a.error - b.error);
  const total = pool.reduce((sum, { weight }) => sum + weight, 0);
  let below = 0;
  for (const { error, weight } of pool) {
    below += weight;
    if (below >= share * total) return error;
  }
  return pool.at(-1)?.error ?? 0;
}
