import { packmlMachineState } from './packml.ts';
import {
  combinedSpans,
  heldSpans,
  type MachineState,
  type Span,
  type TimedState,
  withoutFlicker,
} from './state-span.ts';

/** A number, or undefined for a bad reading. By ascending time. */
export type NumberSeries = readonly TimedState<number>[];

/** What a machine shows of itself. A series it does not have is empty. */
export interface MachineSignals {
  readonly stateWord: NumberSeries;
  readonly running: readonly TimedState<boolean>[];
  readonly currentA: NumberSeries;
  readonly speedRpm: NumberSeries;
  readonly vibrationMmPerS: NumberSeries;
}

/** Above `rise` it is on, below `fall` off; between, as before. */
export interface Hysteresis {
  readonly rise: number;
  readonly fall: number;
}

export interface RunningRules {
  /** Undefined: the machine's running current is not known, so current says nothing. */
  readonly currentA: Hysteresis | undefined;
  readonly speedRpm: Hysteresis;
  readonly vibrationMmPerS: Hysteresis;
  readonly minDwellMs: number;
  /** A reading says nothing any more after this long. */
  readonly maxHoldMs: number;
}

/** Engineering defaults, no standard's: a shaft at a twentieth of its speed still stands for this purpose. */
export const DEFAULT_RUNNING_RULES: RunningRules = {
  currentA: undefined,
  speedRpm: { rise: 60, fall: 30 },
  vibrationMmPerS: { rise: 0.3, fall: 0.2 },
  minDwellMs: 10_000,
  maxHoldMs: 15 * 60_000,
};

export type StateMethod = 'state-word' | 'running-flag' | 'current' | 'speed' | 'vibration';

export interface MethodState {
  readonly state: MachineState;
  readonly method: StateMethod;
}

/**
 * Running state over time, by the best evidence at each moment: the state word; else the running flag; else the current
 * (below its limit a turning shaft is idle, a standing one stopped); else the speed; else the vibration.
 */
export function runningState(signals: MachineSignals, rules: RunningRules): Span<MethodState>[] {
  const byWord = wordSpans(signals.stateWord, rules);
  const inferred = steadySpans(inferredSpans(signals, rules), rules.minDwellMs);
  return combinedSpans([byWord, inferred], ([word, guess]) => word ?? guess);
}

function wordSpans(words: NumberSeries, { maxHoldMs }: RunningRules): Span<MethodState>[] {
  const states = words.map(({ timeMs, state }) => ({
    timeMs,
    state: known(state === undefined ? undefined : packmlMachineState(state), 'state-word'),
  }));
  return heldSpans(states, maxHoldMs);
}

/** One object a pair, so that equal states are the same state. */
const KNOWN = new Map<string, MethodState>();

function known(state: MachineState | undefined, method: StateMethod): MethodState | undefined {
  if (state === undefined) return undefined;
  const key = `${state} ${method}`;
  const found = KNOWN.get(key) ?? { state, method };
  KNOWN.set(key, found);
  return found;
}

function inferredSpans(signals: MachineSignals, rules: RunningRules): Span<MethodState>[] {
  const on = (series: NumberSeries, limits: Hysteresis): Span<boolean>[] =>
    heldSpans(switched(series, limits), rules.maxHoldMs);
  const lists = [
    heldSpans(signals.running, rules.maxHoldMs),
    rules.currentA ? on(signals.currentA, rules.currentA) : [],
    on(signals.speedRpm, rules.speedRpm),
    on(signals.vibrationMmPerS, rules.vibrationMmPerS),
  ];
  return combinedSpans(lists, ([flag, loaded, turns, shakes]) => judge(flag, loaded, turns, shakes));
}

function judge(
  flag: boolean | undefined,
  loaded: boolean | undefined,
  turns: boolean | undefined,
  shakes: boolean | undefined,
): MethodState | undefined {
  const runs = (on: boolean): MachineState => (on ? 'running' : 'stopped');
  if (flag !== undefined) return known(runs(flag), 'running-flag');
  if (loaded === false && turns === true) return known('idle', 'current');
  if (loaded !== undefined) return known(runs(loaded), 'current');
  if (turns !== undefined) return known(runs(turns), 'speed');
  return shakes === undefined ? undefined : known(runs(shakes), 'vibration');
}

/** A first value between the limits counts as off. */
function switched(series: NumberSeries, { rise, fall }: Hysteresis): TimedState<boolean>[] {
  let on = false;
  return series.map(({ timeMs, state }) => {
    if (state === undefined) return { timeMs, state: undefined };
    if (state > rise) on = true;
    else if (state < fall) on = false;
    return { timeMs, state: on };
  });
}

/** Dwell goes by the state alone: a change of the evidence for the same state is no change. */
function steadySpans(spans: readonly Span<MethodState>[], minDwellMs: number): Span<MethodState>[] {
  const states = withoutFlicker(
    combinedSpans([spans], ([found]) => found?.state),
    minDwellMs,
  );
  const evidence = combinedSpans([spans], ([found]) => found?.method);
  return combinedSpans<MachineState | StateMethod, MethodState>([states, evidence], ([state, method]) =>
    known(state as MachineState | undefined, method as StateMethod),
  );
}
