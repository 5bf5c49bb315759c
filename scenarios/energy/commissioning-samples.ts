import type { MeterSample } from './commissioning.ts';

/** Values by time, epoch ms UTC. */
export type ValuesByTime = ReadonlyMap<number, number>;

/** Quantities of an electricity meter that commissioning looks at. */
export const commissioningQuantities = [
  'activeEnergyTotal',
  'activePower',
  'activePowerL1',
  'activePowerL2',
  'activePowerL3',
  'voltageL1',
  'voltageL2',
  'voltageL3',
  'currentL1',
  'currentL2',
  'currentL3',
] as const;
export type CommissioningQuantity = (typeof commissioningQuantities)[number];

export type CommissioningSeries = Readonly<Partial<Record<CommissioningQuantity, ValuesByTime>>>;

/**
 * Series of one meter put side by side by time, in order. A quantity that has no value at a time is left out of that sample;
 * phases are there only all three together.
 * @param series kWh (multiplied), kW, V and A; times of different series match where they are equal
 */
export function commissioningSamples(series: CommissioningSeries): MeterSample[] {
  const times = new Set(Object.values(series).flatMap((values) => [...values.keys()]));
  return [...times].sort((a, b) => a - b).map((timeMs) => sampleAt(timeMs, series));
}

function sampleAt(timeMs: number, series: CommissioningSeries): MeterSample {
  const at = (quantity: CommissioningQuantity): number | undefined => series[quantity]?.get(timeMs);
  const [energyKwh, activePowerKw] = [at('activeEnergyTotal'), at('activePower')];
  const phasePowersKw = allThree(at('activePowerL1'), at('activePowerL2'), at('activePowerL3'));
  const voltagesV = allThree(at('voltageL1'), at('voltageL2'), at('voltageL3'));
  const currentsA = allThree(at('currentL1'), at('currentL2'), at('currentL3'));
  return {
    timeMs,
    ...(energyKwh !== undefined && { energyKwh }),
    ...(activePowerKw !== undefined && { activePowerKw }),
    ...(phasePowersKw && { phasePowersKw }),
    ...(voltagesV && { voltagesV }),
    ...(currentsA && { currentsA }),
  };
}

const allThree = (
  l1: number | undefined,
  l2: number | undefined,
  l3: number | undefined,
): [number, number, number] | undefined =>
  l1 === undefined || l2 === undefined || l3 === undefined ? undefined : [l1, l2, l3];
