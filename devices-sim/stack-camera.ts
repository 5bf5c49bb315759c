import sharp from 'sharp';
import type { Factory } from './factory.ts';
import { severityAt } from './faults/fault.ts';
import { keyOf, uniform } from './physics/noise.ts';
import { type PlumeScene, plumeScene, renderPlume, type SkyKind } from './plume.ts';

/** The camera on the boiler's stack: publishes JPEG on its topic, stored ones on `<topic>/<epoch ms>`. */
export const stackCamera = {
  ...{ id: 'camera-1', topic: 'sim/camera-1/image', source: 'boiler-1' },
  everyMs: 120_000,
  storedEveryMs: 3_600_000,
  storedHours: 24,
  /** Rendering takes long: a starting plant has more urgent things to do. */
  resendEveryMs: 5000,
} as const;

/** A picture as the camera takes it, with the truth about it: for tests and people, never for a detector. */
export interface LabelledScene {
  readonly scene: PlumeScene;
  /** Opacity of the plume's core, 0..1; 0 is no plume. */
  readonly opacity: number;
  readonly sky: SkyKind;
}

/** Light below which the camera sees night, W/m2; relative humidity from which it sees fog, %. */
const [NIGHT_BELOW, FOG_FROM] = [15, 98];

/** What the camera sees at an instant: a gas boiler's stack is clean unless its burner is out of tune. */
export function cameraScene(factory: Factory, timeMs: number): LabelledScene {
  const detuned = factory
    .faultsBetween(timeMs, timeMs + 1)
    .filter(({ kind, asset }) => kind === 'burner-out-of-tune' && asset === stackCamera.source)
    .reduce((most, fault) => Math.max(most, severityAt(fault, timeMs)), 0);
  const hour = Math.floor(timeMs / 3_600_000);
  const sway = uniform(keyOf(factory.seed, 'camera.sway'), Math.floor(timeMs / stackCamera.everyMs));
  const opacity = detuned === 0 ? 0 : detuned * (0.38 + 0.18 * sway);
  const sky = skyAt(factory, timeMs, hour);
  const fixed = plumeScene(factory.seed, opacity, sky);
  // The camera and the stack stay where they are; wind and clouds change by the hour.
  const { wind, spread, reach } = plumeScene(hour, opacity, sky);
  return { opacity, sky, scene: { ...fixed, width: 480, height: 360, wind, spread, reach, seed: hour } };
}

function skyAt(factory: Factory, timeMs: number, hour: number): SkyKind {
  const readingOf = (address: string): number =>
    Number(factory.signalsByAddress.get(address)?.sample(timeMs).value);
  if (readingOf('weather-1.irradiance') < NIGHT_BELOW) return 'night';
  if (readingOf('weather-1.humidity') >= FOG_FROM) return 'fog';
  const skies = ['clear', 'cloudy', 'overcast'] as const;
  return skies[Math.floor(uniform(keyOf(factory.seed, 'camera.sky'), hour) * skies.length)] ?? 'clear';
}

/** The picture of an instant, JPEG. The same instant gives the same bytes. */
export async function cameraJpeg(factory: Factory, timeMs: number): Promise<Buffer> {
  const { width, height, rgb } = renderPlume(cameraScene(factory, timeMs).scene);
  return await sharp(rgb, { raw: { width, height, channels: 3 } })
    .jpeg({ quality: 88 })
    .toBuffer();
}
