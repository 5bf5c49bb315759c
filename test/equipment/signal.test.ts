import { expect, test } from 'vitest';
import { bearingMultipliers } from '../../scenarios/equipment/bearing/geometry.ts';
import { forwardTransform, inverseTransform } from '../../scenarios/equipment/signal/fourier.ts';
import {
  amplitudeLines,
  bandRms,
  orderStep,
  powerSpectrum,
} from '../../scenarios/equipment/signal/spectrum.ts';
import { waveformFeatures } from '../../scenarios/equipment/signal/waveform-features.ts';
import { severityZone, ZONE_LIMITS } from '../../scenarios/equipment/vibration/severity-zones.ts';
import { seeded } from '../environment/seeded.ts';

const sine = (length: number, cycles: number, amplitude: number): number[] =>
  Array.from({ length }, (_, i) => amplitude * Math.sin((2 * Math.PI * cycles * i) / length));

test('a sine has the features that its formula gives', () => {
  const features = waveformFeatures(sine(100_000, 50, 3));
  expect(features.rms).toBeCloseTo(3 / Math.SQRT2, 6);
  expect(features.peak).toBeCloseTo(3, 6);
  expect(features.crestFactor).toBeCloseTo(Math.SQRT2, 6);
  expect(features.kurtosis).toBeCloseTo(1.5, 6);
  expect(features.skewness).toBeCloseTo(0, 6);
  expect(features.shapeFactor).toBeCloseTo(Math.PI / (2 * Math.SQRT2), 4);
  expect(features.impulseFactor).toBeCloseTo(Math.PI / 2, 4);
});

test('Gaussian noise has a kurtosis of 3, an offset changes nothing', () => {
  const random = seeded(1);
  const noise = Array.from({ length: 200_000 }, () => {
    const radius = Math.sqrt(-2 * Math.log(1 - random()));
    return radius * Math.cos(2 * Math.PI * random());
  });
  expect(waveformFeatures(noise).kurtosis).toBeCloseTo(3, 1);
  expect(waveformFeatures(noise.map((x) => x + 5)).kurtosis).toBeCloseTo(waveformFeatures(noise).kurtosis, 6);
});

test('a flat record has no features', () => {
  expect(() => waveformFeatures([2, 2, 2])).toThrowError(expect.objectContaining({ code: 'waveform-flat' }));
});

test.each([1, 2, 15, 64, 75, 97, 210, 202])('a transform of %i points is the sum that defines it', (size) => {
  const random = seeded(size);
  const data = Float64Array.from({ length: 2 * size }, () => random() - 0.5);
  const found = forwardTransform(data);
  for (let k = 0; k < size; k++) {
    let [re, im] = [0, 0];
    for (let n = 0; n < size; n++) {
      const angle = (-2 * Math.PI * k * n) / size;
      const [x, y] = [data[2 * n] as number, data[2 * n + 1] as number];
      re += x * Math.cos(angle) - y * Math.sin(angle);
      im += x * Math.sin(angle) + y * Math.cos(angle);
    }
    expect(found[2 * k]).toBeCloseTo(re, 9);
    expect(found[2 * k + 1]).toBeCloseTo(im, 9);
  }
});

test.each([64, 100, 97, 1000])('a transform of %i points and back is the signal', (size) => {
  const random = seeded(size);
  const data = Float64Array.from({ length: 2 * size }, () => random() - 0.5);
  const back = inverseTransform(forwardTransform(data));
  for (const [i, value] of back.entries()) expect(value).toBeCloseTo(data[i] as number, 12);
});

test.each(['hann', 'rectangular', 'flat-top'] as const)(
  'a sine on a line shows its amplitude: %s',
  (window) => {
    const spectrum = powerSpectrum(sine(2048, 100, 2.5), 2048, { window });
    expect(spectrum.stepHz).toBe(1);
    expect(amplitudeLines(spectrum, window)[100]).toBeCloseTo(2.5, 3);
    expect(bandRms(spectrum, 90, 110)).toBeCloseTo(2.5 / Math.SQRT2, 3);
  },
);

test('averaging keeps the mean square, and counts its segments', () => {
  const spectrum = powerSpectrum(sine(8192, 800, 1), 8192, { lineSpacingHz: 8 });
  expect(spectrum.averages).toBe(15);
  expect(bandRms(spectrum, 700, 900)).toBeCloseTo(Math.SQRT1_2, 3);
  expect(orderStep(spectrum, 25)).toBeCloseTo(8 / 25, 12);
});

test('bearing 6205: computed multipliers agree with the published ones', () => {
  const inch = 25.4;
  const multipliers = bearingMultipliers({
    balls: 9,
    ballDiameterMm: 0.3126 * inch,
    pitchDiameterMm: 1.537 * inch,
    contactAngleDeg: 0,
  });
  expect(multipliers.bpfi).toBeCloseTo(5.4152, 4);
  expect(multipliers.bpfo).toBeCloseTo(3.5848, 4);
  expect(multipliers.ftf / 0.39828).toBeCloseTo(1, 3);
  expect(multipliers.bsf2).toBeCloseTo(4.7135, 3);
});

test.each([
  [8, 7.9, 34.5, 0],
  [12, 10, 60, 15],
  [19, 6.35, 71, 40],
])('%i balls: both races together pass every ball, the cage carries them', (balls, ball, pitch, angle) => {
  const { bpfo, bpfi, ftf } = bearingMultipliers({
    balls,
    ballDiameterMm: ball,
    pitchDiameterMm: pitch,
    contactAngleDeg: angle,
  });
  expect(bpfo + bpfi).toBeCloseTo(balls, 12);
  expect(bpfo).toBeCloseTo(balls * ftf, 12);
});

test('a value on a limit belongs to the higher zone', () => {
  const limits = ZONE_LIMITS[2].rigid;
  expect([1.39, 1.4, 2.8, 4.5].map((value) => severityZone(value, limits))).toEqual(['A', 'B', 'C', 'D']);
});
