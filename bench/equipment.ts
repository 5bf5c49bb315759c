/**
 * Spectrum and envelope spectrum of one second at 25.6 kHz, and what a gateway does with a waveform a minute of each of 200 machines:
 * features, spectrum, severity and bearing verdict. Prints CPU time, one core. Run after a build that includes bench/, or by any runner
 * of TypeScript.
 */
import { diagnoseBearing } from '../scenarios/equipment/bearing/diagnose.ts';
import {
  centredSpectrum,
  envelopeSpectrum,
  squaredEnvelope,
} from '../scenarios/equipment/signal/envelope.ts';
import { powerSpectrum } from '../scenarios/equipment/signal/spectrum.ts';
import { waveformFeatures } from '../scenarios/equipment/signal/waveform-features.ts';
import { vibrationSeverity } from '../scenarios/equipment/vibration/severity.ts';

const FS_HZ = 25_600;
const SHAFT_RPM = 1480;
const MACHINES = 200;
const BAND = { lowHz: 2000, highHz: 10_000 };
const multipliers = { bpfo: 3.5848, bpfi: 5.4152, bsf2: 4.7135, ftf: 0.39828 };

/** A shaft line, a ringing train and a cheap deterministic noise. */
function waveform(machine: number): Float64Array {
  let state = machine + 1;
  return Float64Array.from({ length: FS_HZ }, (_, i) => {
    state = (state * 1_103_515_245 + 12_345) % 2_147_483_648;
    const sinceImpact = (i / FS_HZ) % (1 / 88);
    const ringing = Math.exp(-800 * sinceImpact) * Math.sin(2 * Math.PI * 3100 * sinceImpact);
    return 0.2 * Math.sin((2 * Math.PI * SHAFT_RPM * i) / 60 / FS_HZ) + ringing + state / 2_147_483_648 - 0.5;
  });
}

function cpuMs(work: () => void): number {
  const before = process.cpuUsage();
  work();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1000;
}

function spectrumAndEnvelope(samples: Float64Array): void {
  powerSpectrum(samples, FS_HZ);
  envelopeSpectrum(squaredEnvelope(centredSpectrum(samples), FS_HZ, BAND), FS_HZ, 1000);
}

function wholePath(samples: Float64Array): void {
  waveformFeatures(samples);
  powerSpectrum(samples, FS_HZ, { lineSpacingHz: 1 });
  vibrationSeverity({ samples, sampleRateHz: FS_HZ, shaftRpm: SHAFT_RPM, unit: 'g' }, 2, 'rigid');
  diagnoseBearing({ samples, sampleRateHz: FS_HZ, shaftRpm: SHAFT_RPM, multipliers });
}

const records = Array.from({ length: MACHINES }, (_, machine) => waveform(machine));
for (const record of records.slice(0, 20)) spectrumAndEnvelope(record);
const spectra = records.map((record) => cpuMs(() => spectrumAndEnvelope(record))).sort((a, b) => a - b);
const roundMs = cpuMs(() => records.forEach(wholePath));
process.stdout.write(
  `${JSON.stringify({
    spectrumAndEnvelopeMs: { median: spectra[MACHINES / 2], p95: spectra[Math.floor(0.95 * MACHINES)] },
    machines: MACHINES,
    cpuSecondsPerRound: roundMs / 1000,
    shareOfOneCore: roundMs / 60_000,
  })}\n`,
);
