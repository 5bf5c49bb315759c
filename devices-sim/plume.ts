import sharp from 'sharp';
import { gaussian, keyOf, uniform } from './physics/noise.ts';

export type SkyKind = 'clear' | 'cloudy' | 'overcast' | 'night' | 'fog';

/** A stack camera's view. Lengths are shares of the picture's height, unless named otherwise. */
export interface PlumeScene {
  readonly width: number;
  readonly height: number;
  readonly seed: number;
  readonly sky: SkyKind;
  /** Opacity of the plume's core, 0..1, on encoded pixel values; 0 draws no plume. */
  readonly opacity: number;
  /** Grey level of the smoke itself, 0..255. */
  readonly smokeLevel: number;
  /** Position of the stack, share of the width. */
  readonly stackAt: number;
  readonly stackHeight: number;
  readonly stackWidth: number;
  readonly stackStyle: 'concrete' | 'brick' | 'striped';
  /** Sideways drift of the plume for each unit of rise; negative blows to the left. */
  readonly wind: number;
  /** Growth of the plume's half-width for each unit of way. */
  readonly spread: number;
  /** How far the plume reaches before it ends. */
  readonly reach: number;
  /** Standard deviation of the camera's noise, levels. */
  readonly noise: number;
}

export interface RenderedImage {
  readonly width: number;
  readonly height: number;
  /** width x height x 3 bytes */
  readonly rgb: Uint8Array;
}

type Rgb = readonly [number, number, number];

const SKY_COLOURS: Readonly<Record<SkyKind, { readonly top: Rgb; readonly horizon: Rgb }>> = {
  clear: { top: [104, 156, 216], horizon: [190, 214, 236] },
  cloudy: { top: [120, 165, 215], horizon: [196, 212, 228] },
  overcast: { top: [186, 190, 196], horizon: [206, 208, 210] },
  night: { top: [8, 10, 22], horizon: [22, 24, 38] },
  fog: { top: [196, 198, 200], horizon: [202, 203, 204] },
};

/** A believable scene of a seed: sky, stack, wind and camera vary; the opacity is the caller's. */
export function plumeScene(seed: number, opacity: number, sky?: SkyKind): PlumeScene {
  const draw = (name: string, low: number, high: number) =>
    low + (high - low) * uniform(keyOf(seed, name), 0);
  const pick = <T>(name: string, from: readonly [T, ...T[]]): T =>
    from[Math.floor(uniform(keyOf(seed, name), 1) * from.length)] ?? from[0];
  return {
    width: pick('size', [640, 800, 1280]),
    height: pick('height', [480, 600, 720]),
    seed,
    sky: sky ?? pick('sky', ['clear', 'cloudy', 'overcast']),
    opacity,
    smokeLevel: draw('level', 15, 40),
    stackAt: draw('at', 0.25, 0.75),
    stackHeight: draw('stack', 0.25, 0.45),
    stackWidth: draw('thick', 0.025, 0.06),
    stackStyle: pick('style', ['concrete', 'brick', 'striped']),
    wind: draw('wind', -1.4, 1.4),
    spread: draw('spread', 0.12, 0.3),
    reach: draw('reach', 0.3, 0.6),
    noise: draw('noise', 0.5, 4),
  };
}

/** Draws the scene: sky, clouds, plume, stack, ground, camera noise. The same scene gives the same bytes. */
export function renderPlume(scene: PlumeScene): RenderedImage {
  const { width, height } = scene;
  const rgb = new Uint8Array(width * height * 3);
  const noiseKey = keyOf(scene.seed, 'camera');
  for (let y = 0; y < height; y += 1) {
    for (let x = 0; x < width; x += 1) {
      const i = (y * width + x) * 3;
      const colour = veiled(scene, pixel(scene, x / height, y / height));
      for (let k = 0; k < 3; k += 1) {
        rgb[i + k] = clampByte((colour[k] ?? 0) + scene.noise * gaussian(noiseKey, i + k));
      }
    }
  }
  return { width, height, rgb };
}

/** The scene as a PNG file's bytes. */
export async function plumePng(scene: PlumeScene): Promise<Buffer> {
  const { width, height, rgb } = renderPlume(scene);
  return sharp(rgb, { raw: { width, height, channels: 3 } })
    .png()
    .toBuffer();
}

const GROUND_AT = 0.86;

function pixel(scene: PlumeScene, x: number, y: number): Rgb {
  const structure = structureAt(scene, x, y);
  if (structure !== undefined) return scene.sky === 'night' ? mixed(structure, [8, 8, 12], 0.85) : structure;
  const level = scene.sky === 'night' ? scene.smokeLevel / 6 : scene.smokeLevel;
  return mixed(skyAt(scene, x, y), [level, level, level], scene.opacity * plumeShape(scene, x, y));
}

/** Fog lies over everything alike. */
function veiled(scene: PlumeScene, colour: Rgb): Rgb {
  return scene.sky === 'fog' ? mixed(colour, SKY_COLOURS.fog.horizon, 0.82) : colour;
}

function skyAt(scene: PlumeScene, x: number, y: number): Rgb {
  const { top, horizon } = SKY_COLOURS[scene.sky];
  const clear = mixed(top, horizon, Math.min(1, y / GROUND_AT));
  if (scene.sky === 'cloudy') {
    const cloud = Math.max(0, cloudiness(keyOf(scene.seed, 'cloud'), 2.2 * x, 4 * y) - 0.52) * 3;
    return mixed(clear, [236, 238, 240], Math.min(0.8, cloud));
  }
  if (scene.sky === 'overcast') {
    const shade = 14 * (cloudiness(keyOf(scene.seed, 'cloud'), 1.5 * x, 2.5 * y) - 0.5);
    return [clear[0] + shade, clear[1] + shade, clear[2] + shade];
  }
  return clear;
}

function structureAt(scene: PlumeScene, x: number, y: number): Rgb | undefined {
  const ground = GROUND_AT + 0.01 * Math.sin(9 * x + scene.seed);
  if (y >= ground) return [86 + 20 * Math.sin(40 * x), 96, 74];
  const centre = stackCentre(scene);
  const top = stackTop(scene);
  const halfWidth = (scene.stackWidth / 2) * (1 + 0.25 * Math.max(0, y - top));
  if (y >= top && Math.abs(x - centre) <= halfWidth) return stackColour(scene, y - top);
  const hall = GROUND_AT - 0.09;
  if (y >= hall && Math.abs(x - centre - 0.22) <= 0.14) return [128, 126, 122];
  return undefined;
}

function stackColour({ stackStyle }: PlumeScene, below: number): Rgb {
  if (stackStyle === 'brick') return [134, 82, 66];
  if (stackStyle === 'striped' && below < 0.2) {
    return Math.floor(below / 0.04) % 2 === 0 ? [178, 40, 38] : [228, 226, 222];
  }
  return [140, 138, 134];
}

const stackCentre = (scene: PlumeScene) => (scene.stackAt * scene.width) / scene.height;
const stackTop = (scene: PlumeScene) => GROUND_AT - scene.stackHeight;

/** 1 in the core, falling to 0 over the ragged edge. */
function plumeShape(scene: PlumeScene, x: number, y: number): number {
  const rise = stackTop(scene) - y;
  if (rise < 0 || scene.opacity === 0) return 0;
  const way = rise * Math.hypot(1, scene.wind);
  const key = keyOf(scene.seed, 'plume');
  // The plume bends over: it drifts little at the mouth and the full wind's amount further up.
  const centre = stackCentre(scene) + scene.wind * rise * Math.min(1, 0.4 + 2 * rise);
  const ragged = 1 + 0.35 * (cloudiness(key, 9 * x, 9 * y) - 0.5);
  const halfWidth = (scene.stackWidth * 0.55 + scene.spread * way) * ragged;
  const across = Math.abs(x - centre) / halfWidth;
  return smoothStep(1.15, 0.75, across) * smoothStep(scene.reach, scene.reach * 0.75, way);
}

/** 0 at `from`, 1 at `to`, smooth in between. */
function smoothStep(from: number, to: number, value: number): number {
  const t = Math.min(1, Math.max(0, (value - from) / (to - from)));
  return t * t * (3 - 2 * t);
}

/** Three octaves of value noise, 0..1. */
function cloudiness(key: number, x: number, y: number): number {
  return (
    (valueNoise(key, x, y) * 4 +
      valueNoise(key + 1, 2.1 * x, 2.1 * y) * 2 +
      valueNoise(key + 2, 4.3 * x, 4.3 * y)) /
    7
  );
}

function valueNoise(key: number, x: number, y: number): number {
  const [column, row] = [Math.floor(x), Math.floor(y)];
  const [u, v] = [smoothStep(0, 1, x - column), smoothStep(0, 1, y - row)];
  const at = (c: number, r: number) => uniform(key, (c + 4096) * 8192 + r + 4096);
  const upper = at(column, row) * (1 - u) + at(column + 1, row) * u;
  const lower = at(column, row + 1) * (1 - u) + at(column + 1, row + 1) * u;
  return upper * (1 - v) + lower * v;
}

function mixed(under: Rgb, over: Rgb, share: number): Rgb {
  return [
    under[0] + (over[0] - under[0]) * share,
    under[1] + (over[1] - under[1]) * share,
    under[2] + (over[2] - under[2]) * share,
  ];
}

function clampByte(value: number): number {
  return Math.min(255, Math.max(0, Math.round(value)));
}
