import type { ReadingValue } from '../model/reading.ts';
import { type StatusCode, statusCodes } from '../model/status.ts';

/** What one sensor of the simulated plant says at an instant. */
export interface Sample {
  readonly value: ReadingValue;
  readonly status: StatusCode;
}

/** A sensor of the simulated plant: a function of time. */
export interface Signal {
  /** `<asset>.<quantity>`, which is also the node's identifier in the simulator's namespace. */
  readonly address: string;
  readonly asset: string;
  readonly quantity: string;
  readonly unit: string;
  readonly kind: 'number' | 'boolean' | 'text';
  /** Measuring range, in the signal's unit. */
  readonly range: readonly [low: number, high: number] | undefined;
  /** A register: its value moves on in steps of its resolution. */
  readonly cumulates: boolean;
  sample(timeMs: number): Sample;
}

/** Instruments measure ten times a second; a reading carries the time of the latest of these. */
export const instrumentTimeMs = (nowMs: number): number => Math.floor(nowMs / 100) * 100;

export interface SignalOptions {
  readonly range?: readonly [low: number, high: number];
  /** Decimal places the instrument shows; default 2. */
  readonly decimals?: number;
}

/** Collects the signals of one asset. */
export class SignalSet {
  readonly signals: Signal[] = [];

  number(
    asset: string,
    quantity: string,
    unit: string,
    at: (timeMs: number) => number,
    options: SignalOptions = {},
  ) {
    const scale = 10 ** (options.decimals ?? 2);
    this.#add(
      asset,
      quantity,
      unit,
      'number',
      options.range,
      false,
      (timeMs) => Math.round(at(timeMs) * scale) / scale,
    );
  }

  /** A register shows whole steps of its resolution, never more than has flowed. */
  register(asset: string, quantity: string, unit: string, total: (timeMs: number) => number, decimals = 2) {
    const scale = 10 ** decimals;
    // The tiny allowance keeps a whole step that floating point left a hair below.
    const shown = (timeMs: number) => Math.floor(total(timeMs) * scale + 1e-6) / scale;
    this.#add(asset, quantity, unit, 'number', undefined, true, shown);
  }

  boolean(asset: string, quantity: string, at: (timeMs: number) => boolean) {
    this.#add(asset, quantity, '1', 'boolean', undefined, false, at);
  }

  text(asset: string, quantity: string, at: (timeMs: number) => string) {
    this.#add(asset, quantity, '1', 'text', undefined, false, at);
  }

  #add(
    asset: string,
    quantity: string,
    unit: string,
    kind: Signal['kind'],
    range: SignalOptions['range'],
    cumulates: boolean,
    at: (timeMs: number) => ReadingValue,
  ) {
    const sample = (timeMs: number) => ({ value: at(timeMs), status: statusCodes.good });
    this.signals.push({
      address: `${asset}.${quantity}`,
      asset,
      quantity,
      unit,
      kind,
      range,
      cumulates,
      sample,
    });
  }
}
