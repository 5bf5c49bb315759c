import { vibrationObservations } from '../../scenarios/equipment/diagnosis/observations.ts';
import {
  centredSpectrum,
  envelopeSpectrum,
  squaredEnvelope,
} from '../../scenarios/equipment/signal/envelope.ts';
import { powerSpectrum } from '../../scenarios/equipment/signal/spectrum.ts';
import { analyseWaveform } from '../../scenarios/equipment/waveform/analyse-waveform.ts';
import { driveDesign } from '../../scenarios/equipment/waveform/drive-design.ts';
import { impulseTrain } from './synthetic-bearing.ts';

const FS_HZ = 25_600;
const RECORDS = 8;
const ROUNDS = 5;
const MACHINES = 200;
const CARRIER = { lowHz: 2000, highHz: 10_000 };
const design = driveDesign({
  bearingBpfo: 3.5848,
  bearingBpfi: 5.4152,
  bearingBsf2: 4.7135,
  bearingFtf: 0.39828,
});

export interface ComputingTime {
  /** CPU time of one record of a second, the quickest of some rounds: what others do on the machine is not in it. */
  readonly spectrumAndEnvelopeMs: number;
  /** CPU seconds of a whole round: features, spectrum, lines, severity, bearing verdict, observations. */
  readonly secondsFor200Machines: number;
}

export function computingTime(): ComputingTime {
  const records = Array.from({ length: RECORDS }, (_, seed) =>
    Float32Array.from(impulseTrain({ hz: 88, sampleRateHz: FS_HZ, seconds: 1, seed: seed + 1 })),
  );
  const quickest = (work: (samples: Float32Array) => void): number =>
    Math.min(...Array.from({ length: ROUNDS }, () => cpuMs(() => records.forEach(work)))) / RECORDS;
  return {
    spectrumAndEnvelopeMs: quickest(spectrumAndEnvelope),
    secondsFor200Machines: (quickest(wholePath) * MACHINES) / 1000,
  };
}

function spectrumAndEnvelope(samples: Float32Array): void {
  powerSpectrum(samples, FS_HZ);
  envelopeSpectrum(squaredEnvelope(centredSpectrum(samples), FS_HZ, CARRIER), FS_HZ, 1000);
}

function wholePath(samples: Float32Array): void {
  const mounting = { position: 'drive-end', direction: 'radial' } as const;
  const known = { asset: 'm', quantity: 'vibrationWaveform', timeMs: 0, unit: 'g', mounting } as const;
  const info = { ...known, sampleRateHz: FS_HZ, samples: samples.length, shaftRpm: 1480, loadPct: 80 };
  vibrationObservations(analyseWaveform({ info, samples }, design), []);
}

function cpuMs(work: () => void): number {
  const before = process.cpuUsage();
  work();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1000;
}

/** Rounded up, so that the page does not change with every run. */
export function computingTimeSection({
  spectrumAndEnvelopeMs,
  secondsFor200Machines,
}: ComputingTime): string {
  const ms = 5 * Math.ceil(spectrumAndEnvelopeMs / 5);
  const seconds = 5 * Math.ceil(secondsFor200Machines / 5);
  return `## Computing time

CPU time of one core, by the test run itself, rounded up to the next five; \`npm run bench\` prints it in full.

- Spectrum and envelope spectrum of one second at 25.6 kHz: under **${ms} ms** (bound: 15 ms).
- 200 machines, a waveform of a second each: features, spectrum, lines, severity and bearing verdict in under **${seconds} s** of each minute
  (bound: 60 s).
`;
}
