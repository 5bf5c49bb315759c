import { fitQuadratic, predictQuadratic, type QuadraticModel } from './pems-quadratic.ts';
import type { Column } from './pems-trees.ts';

/** Rows over which inputs are averaged before they are judged: two days of hourly values. */
const AVERAGING_ROWS = 48;
/** Rows whose average anchors an input: a week. */
const ANCHOR_ROWS = 168;
/**
 * The alarm comes when the estimated error has grown by the first factor, well before it doubles, and goes when it is
 * below the second: an alarm that comes and goes with every cold night is not looked at.
 */
export const DRIFT_FACTOR = { raise: 1.5, clear: 1.25 } as const;

/**
 * Watches the inputs between reference campaigns: each input is estimated from the others, and what the difference
 * would do to the prediction is followed. A sensor that wanders away from its fellows shows there before any reference
 * value tells.
 */
export interface InputWatch {
  readonly answer: QuadraticModel;
  readonly estimators: readonly QuadraticModel[];
  /** Running effect of each input's disagreement on the answer, in the target's unit. */
  readonly effects: readonly number[];
  readonly slowEffects: readonly number[];
  /** The effects at the last time the monitor was known to be right. */
  readonly anchors: readonly number[];
}

/** @param answer the quadratic part of the emission model */
export function startInputWatch(columns: readonly Column[], answer: QuadraticModel): InputWatch {
  const estimators = columns.map((column, j) =>
    fitQuadratic(
      columns.filter((_, k) => k !== j),
      column,
      10,
    ),
  );
  const zero = columns.map(() => 0);
  const watch: InputWatch = { answer, estimators, effects: zero, slowEffects: zero, anchors: zero };
  const rows = columns[0]?.length ?? 0;
  let state = watch;
  for (let i = Math.max(0, rows - 4 * ANCHOR_ROWS); i < rows; i += 1) {
    state = watched(
      state,
      columns.map((column) => column[i] ?? 0),
    );
  }
  return anchored(state);
}

/** The watch after one more row. */
export function watched(watch: InputWatch, row: readonly number[]): InputWatch {
  const answer = predictQuadratic(watch.answer, row);
  const now = watch.estimators.map((estimator, j) => {
    const others = row.filter((_, k) => k !== j);
    const estimate = predictQuadratic(estimator, others);
    return answer - predictQuadratic(watch.answer, row.with(j, estimate));
  });
  const follow = (previous: readonly number[], rows: number) =>
    previous.map((value, j) => value + ((now[j] ?? 0) - value) / rows);
  return {
    ...watch,
    effects: follow(watch.effects, AVERAGING_ROWS),
    slowEffects: follow(watch.slowEffects, ANCHOR_ROWS),
  };
}

/** What the inputs do now counts as right: after training, and after each campaign. */
export function anchored(watch: InputWatch): InputWatch {
  return { ...watch, anchors: watch.slowEffects };
}

/** Largest effect of one input's disagreement since the anchor, in the target's unit. */
export function inputBias({ effects, anchors }: InputWatch): number {
  return effects.reduce((most, effect, j) => Math.max(most, Math.abs(effect - (anchors[j] ?? 0))), 0);
}
