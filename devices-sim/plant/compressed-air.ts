import { combine, lagged, type Profile } from '../physics/day-block.ts';
import { type ProfileRate, type Rate, sumOf } from '../physics/rate.ts';
import type { PlantContext } from './context.ts';

/** Nm3/h */
export interface CompressedAir {
  readonly machining: ProfileRate;
  readonly instruments: ProfileRate;
  readonly delivered: Rate;
  /** Power of the compressor, kW. */
  readonly compressorKw: Profile;
}

/** What escapes from a sound network, and what the simulated leak adds at its worst. */
const tightNetworkLoss = 26;
const worstLeak = 115;

/** Consumers plus leakage are what the compressor delivers, at about 6.5 kW per m3/min and a no-load share. */
export function createCompressedAir(context: PlantContext): CompressedAir {
  const { activity } = context.surroundings;
  const machining = lagged(
    combine([activity], (busy) => 12 + 215 * busy),
    3,
  );
  const instruments = lagged(
    combine([activity], (busy) => 38 + 42 * busy),
    8,
  );
  const leak = context.faults.severityProfile('air-leak', 'air-main');
  const lost = combine([leak], (bad) => tightNetworkLoss + worstLeak * bad);
  const delivered = combine([machining, instruments, lost], (a, b, c) => a + b + c);
  const rates = { machining: context.rates.rate(machining), instruments: context.rates.rate(instruments) };
  return {
    ...rates,
    delivered: sumOf([rates.machining, rates.instruments, context.rates.rate(lost)]),
    compressorKw: combine([delivered], (flow) => 7.5 + 0.108 * flow),
  };
}
