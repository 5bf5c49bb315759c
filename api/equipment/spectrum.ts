import type { Asset } from '../../model/plant.ts';
import type { Waveform } from '../../model/waveform.ts';
import { ratioSpectrum } from '../../scenarios/equipment/bearing/comb.ts';
import {
  centredSpectrum,
  envelopeSpectrum,
  squaredEnvelope,
} from '../../scenarios/equipment/signal/envelope.ts';
import { type PowerSpectrum, powerSpectrum } from '../../scenarios/equipment/signal/spectrum.ts';
import { smoothWhitened } from '../../scenarios/equipment/signal/whitening.ts';
import { velocitySpectrum } from '../../scenarios/equipment/waveform/analyse-waveform.ts';
import { type DriveDesign, driveDesign } from '../../scenarios/equipment/waveform/drive-design.ts';
import type { SpectrumAnswer } from './condition-schemas.ts';

type Kind = 'velocity' | 'raw' | 'envelope';

const DEFAULT_MAX_HZ: Readonly<Record<Kind, number>> = { velocity: 1000, raw: 10_000, envelope: 600 };
const WHITENING_WIDTH_HZ = 100;
const TOP_CARRIER_HZ = 10_000;
const MARKED_HARMONICS = 5;
const SLOW_RPM = 600;

/** A spectrum of one recording with the frequencies that its machine's faults would show at. */
export function spectrumOf(
  id: string,
  { info, samples }: Waveform,
  asset: Asset,
  kind: Kind,
  wantedHz: number | undefined,
): SpectrumAnswer {
  const maxHz = Math.min(wantedHz ?? DEFAULT_MAX_HZ[kind], info.sampleRateHz / 2);
  const design = driveDesign(asset.properties);
  const shaftHz = info.shaftRpm === undefined || info.shaftRpm <= 0 ? undefined : info.shaftRpm / 60;
  return {
    ...{ id, kind, rpm: info.shaftRpm ?? null },
    ...(kind === 'envelope'
      ? envelope({ info, samples }, maxHz, shaftHz)
      : lines({ info, samples }, kind, maxHz)),
    markers: shaftHz === undefined ? [] : markersOf(design, shaftHz, maxHz, kind),
  };
}

function lines(
  { info, samples }: Waveform,
  kind: Exclude<Kind, 'envelope'>,
  maxHz: number,
): Pick<SpectrumAnswer, 'unit' | 'stepHz' | 'lines' | 'method'> {
  const raw = powerSpectrum(samples, info.sampleRateHz);
  // Below the band of velocity, integration shows the sensor's own noise.
  const lowHz = kind === 'raw' ? 0 : (info.shaftRpm ?? SLOW_RPM + 1) > SLOW_RPM ? 10 : 2;
  const spectrum: PowerSpectrum = kind === 'velocity' ? velocitySpectrum(raw, info.unit) : raw;
  return {
    unit: kind === 'velocity' ? 'mm/s' : info.unit,
    stepHz: spectrum.stepHz,
    lines: cut(spectrum.power, spectrum.stepHz, maxHz).map((power, line) =>
      line * spectrum.stepHz < lowHz ? 0 : digits(Math.sqrt(power)),
    ),
    method: `Hann window, ${spectrum.averages} average(s), RMS a line`,
  };
}

/** Over the local noise floor, as the bearing verdict sees it; lines of the shaft itself are kept here. */
function envelope(
  { info, samples }: Waveform,
  maxHz: number,
  shaftHz: number | undefined,
): Pick<SpectrumAnswer, 'unit' | 'stepHz' | 'lines' | 'method'> {
  const spectrum = centredSpectrum(samples);
  const width = Math.round((WHITENING_WIDTH_HZ * samples.length) / info.sampleRateHz);
  const band = { lowHz: 0, highHz: Math.min(info.sampleRateHz / 2, TOP_CARRIER_HZ) };
  const squared = squaredEnvelope(smoothWhitened(spectrum, width), info.sampleRateHz, band);
  const found = envelopeSpectrum(squared, info.sampleRateHz, maxHz);
  const { ratio, stepHz } = ratioSpectrum(found, shaftHz ?? Number.POSITIVE_INFINITY);
  return {
    unit: 'over floor',
    stepHz,
    lines: cut(ratio, stepHz, maxHz).map((value) => (Number.isNaN(value) ? 0 : digits(value))),
    method:
      'squared envelope after smooth whitening, over the local noise floor; lines of the shaft taken out',
  };
}

const cut = (values: Float64Array, stepHz: number, maxHz: number): number[] =>
  Array.from(values.subarray(0, Math.floor(maxHz / stepHz) + 1));

const digits = (value: number): number => Number(value.toPrecision(4));

function markersOf(
  design: DriveDesign,
  shaftHz: number,
  maxHz: number,
  kind: Kind,
): SpectrumAnswer['markers'] {
  const { bearing, blades, gearTeeth, beltOrder, lineHz } = design;
  const bearings = bearing
    ? { bpfo: bearing.bpfo, bpfi: bearing.bpfi, bsf: bearing.bsf2, ftf: bearing.ftf }
    : {};
  const others = { blade: blades, gear: gearTeeth, belt: beltOrder, line: (2 * lineHz) / shaftHz };
  const orders: Readonly<Record<string, number | undefined>> =
    kind === 'envelope' ? { shaft: 1, ...bearings } : { shaft: 1, ...others, ...bearings };
  return Object.entries(orders).flatMap(([name, base]) =>
    base === undefined
      ? []
      : Array.from({ length: name === 'line' ? 1 : MARKED_HARMONICS }, (_, k) => ({
          ...{ name, order: k + 1 },
          hz: digits((k + 1) * base * shaftHz),
        })).filter(({ hz }) => hz <= maxHz),
  );
}

/** Samples for a chart: of each stretch the value farthest from zero, so that no shock is lost. */
export function thinned(samples: Float32Array, points: number): { step: number; values: number[] } {
  const step = Math.max(1, Math.ceil(samples.length / points));
  const values: number[] = [];
  for (let start = 0; start < samples.length; start += step) {
    let extreme = samples[start] as number;
    for (let i = start; i < Math.min(start + step, samples.length); i++)
      if (Math.abs(samples[i] as number) > Math.abs(extreme)) extreme = samples[i] as number;
    values.push(digits(extreme));
  }
  return { step, values };
}
