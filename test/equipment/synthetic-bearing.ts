import { seeded } from '../environment/seeded.ts';

interface TrainDesign {
  /** Rate of the impacts; 0 = none. */
  readonly hz: number;
  readonly sampleRateHz: number;
  readonly seconds: number;
  readonly seed: number;
}

const RESONANCE_HZ = 3100;
const DECAY_S = 0.0012;

/** Impacts that ring a resonance, their times jittered by one per cent, in Gaussian noise. */
export function impulseTrain({ hz, sampleRateHz, seconds, seed }: TrainDesign): number[] {
  const random = seeded(seed);
  const gaussian = (): number => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
  const samples = Array.from({ length: seconds * sampleRateHz }, () => 0.3 * gaussian());
  if (hz === 0) return samples;
  for (let k = 0; k < seconds * hz; k++) {
    const begin = Math.ceil(((k + 0.01 * gaussian()) / hz) * sampleRateHz);
    for (let i = 0; i < 8 * DECAY_S * sampleRateHz; i++) {
      const at = begin + i;
      if (at < 0 || at >= samples.length) continue;
      const t = i / sampleRateHz;
      samples[at] =
        (samples[at] as number) + Math.exp(-t / DECAY_S) * Math.sin(2 * Math.PI * RESONANCE_HZ * t);
    }
  }
  return samples;
}
