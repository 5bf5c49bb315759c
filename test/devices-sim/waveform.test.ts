import FFT from 'fft.js';
import { describe, expect, it } from 'vitest';
import { createFactory } from '../../devices-sim/factory.ts';
import type { Fault, FaultKind } from '../../devices-sim/faults/fault.ts';
import { accelerationRms, bearingOrders } from '../../devices-sim/plant/vibration.ts';
import { waveform } from '../../devices-sim/waveform.ts';
import { dayMs, hourMs } from '../../model/window.ts';

const startMs = Date.UTC(2026, 9, 19, 1);
const fs = 25_600;
const count = 32_768;

function record(kind?: FaultKind) {
  const fault: Fault[] = kind
    ? [
        {
          id: 'f',
          kind,
          asset: 'compressor-1',
          startMs: startMs - 9 * dayMs,
          endMs: startMs + dayMs,
          severity: 1,
        },
      ]
    : [];
  const { rotatingMachines } = createFactory({ seed: 1, timeZone: 'Asia/Shanghai', faults: fault });
  const machine = rotatingMachines[0];
  if (!machine) throw new Error('no compressor');
  return { machine, block: waveform(1, machine, startMs + hourMs, fs, count) };
}

/** Amplitude spectrum of a signal; the envelope where asked for, by squaring what is left above 2 kHz. */
function spectrum(samples: Float32Array, envelope: boolean): Float64Array {
  const signal = envelope ? squaredHighPass(samples) : Array.from(samples);
  const fft = new FFT(count);
  const output = fft.createComplexArray();
  fft.realTransform(output, signal);
  return Float64Array.from({ length: count / 2 }, (_, i) =>
    Math.hypot(output[2 * i] ?? 0, output[2 * i + 1] ?? 0),
  );
}

function squaredHighPass(samples: Float32Array): number[] {
  const fft = new FFT(count);
  const lines = fft.createComplexArray();
  fft.transform(lines, fft.toComplexArray(Array.from(samples), null));
  const cut = Math.round((2000 / fs) * count);
  for (let i = 0; i <= cut; i += 1)
    for (const n of [i, count - i]) if (n < count) lines[2 * n] = lines[2 * n + 1] = 0;
  const back = fft.createComplexArray();
  fft.inverseTransform(back, lines);
  const squared = Array.from({ length: count }, (_, i) => (back[2 * i] ?? 0) ** 2);
  const mean = squared.reduce((sum, value) => sum + value, 0) / count;
  return squared.map((value) => value - mean);
}

/** How far the strongest line within 1.5 % of a frequency stands above the median of its surroundings. */
function prominence(lines: Float64Array, hz: number): number {
  const bin = (hz * count) / fs;
  const near = lines.slice(Math.floor(bin * 0.985), Math.ceil(bin * 1.015) + 1);
  const around = [...lines.slice(Math.floor(bin * 0.7), Math.ceil(bin * 1.3))].sort((a, b) => a - b);
  return Math.max(...near) / (around[Math.floor(around.length / 2)] ?? 1);
}

describe('a vibration recording', () => {
  it('is the same each time and another at another time', () => {
    const { machine, block } = record();
    expect(waveform(1, machine, block.timeMs, fs, count).samples).toEqual(block.samples);
    expect(waveform(1, machine, block.timeMs + 1000, fs, count).samples).not.toEqual(block.samples);
  });

  it.each([undefined, 'bearing-outer', 'misalignment'] as const)(
    'has the RMS the scalar sensor shows (%s)',
    (kind) => {
      const { machine, block } = record(kind);
      const rms = Math.sqrt(block.samples.reduce((sum, value) => sum + value * value, 0) / count);
      expect(rms / accelerationRms(machine.vibration(block.timeMs))).toBeCloseTo(1, 1);
    },
  );

  it.each([
    ['bearing-outer', 'bpfo'],
    ['bearing-inner', 'bpfi'],
    ['bearing-ball', 'bsf2'],
  ] as const)(
    'with %s shows the line of that defect in its envelope, a healthy one does not',
    (kind, order) => {
      const { machine, block } = record(kind);
      const hz = (block.shaftRpm / 60) * machine.design.bearing[order];
      expect(prominence(spectrum(block.samples, true), hz)).toBeGreaterThan(12);
      expect(prominence(spectrum(record().block.samples, true), hz)).toBeLessThan(6);
    },
  );

  it.each([
    ['unbalance', 1],
    ['misalignment', 2],
    ['looseness', 3],
  ] as const)('with %s has more at order %d', (kind, order) => {
    const line = ({ block }: ReturnType<typeof record>) => {
      const bin = Math.round(((block.shaftRpm / 60) * order * count) / fs);
      return Math.max(...spectrum(block.samples, false).slice(bin - 2, bin + 3));
    };
    expect(line(record(kind))).toBeGreaterThan(2 * line(record()));
  });
});

describe('bearing orders', () => {
  it('are those of the published 6205 bearing', () => {
    const { bpfo, bpfi, bsf2, ftf } = bearingOrders(9, 0.3126 / 1.537);
    expect(bpfo).toBeCloseTo(3.5848, 4);
    expect(bpfi).toBeCloseTo(5.4152, 4);
    expect(bsf2).toBeCloseTo(4.7135, 3);
    expect(ftf).toBeCloseTo(0.3983, 4);
    expect(bpfo + bpfi).toBeCloseTo(9, 12);
  });
});
