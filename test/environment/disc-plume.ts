import type { RgbImage } from '../../scenarios/environment/smoke-image.ts';
import { seeded } from './seeded.ts';

/** A second, cruder renderer: discs along a drifting path over a two-colour sky. Nothing in it comes from the simulator's. */
export interface DiscScene {
  readonly seed: number;
  readonly opacity: number;
  readonly soft: boolean;
  readonly ground: boolean;
  readonly level: number;
  readonly zenith: readonly [number, number, number];
  readonly horizon: readonly [number, number, number];
}

const WIDTH = 400;
const HEIGHT = 300;
const GROUND_ROW = 255;

export function renderDiscs(scene: DiscScene): RgbImage {
  const random = seeded(scene.seed);
  const stack = { x: 120 + random() * 160, top: 150 + random() * 40, width: 10 + random() * 14 };
  const cover = discCover(random, stack, scene.soft);
  const rgb = new Uint8Array(WIDTH * HEIGHT * 3);
  for (let y = 0; y < HEIGHT; y += 1) {
    for (let x = 0; x < WIDTH; x += 1) {
      for (let k = 0; k < 3; k += 1) {
        const zenith = scene.zenith[k] ?? 0;
        const sky = zenith + ((scene.horizon[k] ?? 0) - zenith) * (y / HEIGHT);
        const alpha = scene.opacity * (cover[y * WIDTH + x] ?? 0);
        const open = sky * (1 - alpha) + scene.level * alpha;
        const value = solidAt(scene, stack, x, y)?.[k] ?? open;
        const noise = (random() + random() + random() - 1.5) * 4;
        rgb[(y * WIDTH + x) * 3 + k] = Math.max(0, Math.min(255, Math.round(value + noise)));
      }
    }
  }
  return { width: WIDTH, height: HEIGHT, rgb };
}

interface Stack {
  readonly x: number;
  readonly top: number;
  readonly width: number;
}

function solidAt({ ground }: DiscScene, stack: Stack, x: number, y: number): readonly number[] | undefined {
  if (ground && y > GROUND_ROW) return [70, 85, 60];
  if (y >= stack.top && Math.abs(x - stack.x) < stack.width / 2) return [95, 90, 88];
  if (ground && y > 225 && x > 20 && x < 80) return [110, 105, 100];
  return undefined;
}

function discCover(random: () => number, stack: Stack, soft: boolean): Float64Array {
  const cover = new Float64Array(WIDTH * HEIGHT);
  const wind = (random() - 0.5) * 2.4;
  let [x, y, radius] = [stack.x, stack.top, stack.width * 0.6];
  for (let step = 0; step < 60; step += 1) {
    addDisc(cover, x, y, radius, soft);
    x += wind * 4 + (random() - 0.5) * 2;
    y -= 3.5 + random() * 2;
    radius += 0.6 + random() * 0.4;
  }
  return cover;
}

function addDisc(cover: Float64Array, cx: number, cy: number, radius: number, soft: boolean): void {
  for (let y = Math.max(0, Math.floor(cy - 2 * radius)); y < Math.min(HEIGHT, cy + 2 * radius); y += 1) {
    for (let x = Math.max(0, Math.floor(cx - 2 * radius)); x < Math.min(WIDTH, cx + 2 * radius); x += 1) {
      const far = Math.hypot(x - cx, y - cy) / radius;
      const value = soft ? Math.exp(-(far ** 4)) : Number(far < 1);
      cover[y * WIDTH + x] = Math.max(cover[y * WIDTH + x] ?? 0, value);
    }
  }
}
