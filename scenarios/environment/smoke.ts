import {
  boxMean,
  type Channels,
  luma,
  type Plane,
  quantile,
  type RgbImage,
  toChannels,
} from './smoke-image.ts';
import { type Colour, estimateOpacity, type OpacityEstimate } from './smoke-opacity.ts';
import { eroded, type Region, regionsOf } from './smoke-region.ts';
import { fitSky, type Sky } from './smoke-sky.ts';
import { findSkyline, type Skyline, type Structure } from './smoke-stack.ts';

/** Why an image can't be judged. */
export type SmokeRefusalReason = 'night' | 'fog' | 'no-sky' | 'no-stack' | 'no-plume';

export interface SmokeRefusal {
  readonly verdict: 'refused';
  readonly reason: SmokeRefusalReason;
  readonly detail: string;
}

export interface SmokeReading {
  readonly verdict: 'measured';
  /** 0..1, in the densest tenth of the plume. */
  readonly opacity: number;
  /** One standard deviation. */
  readonly opacityUncertainty: number;
  /** 0..5, one grade for each 20 % of black. */
  readonly ringelmann: number;
  readonly ringelmannUncertainty: number;
  /** {@link ringelmann} to the nearest whole grade. */
  readonly grade: number;
  /** Bounding box of the plume as shares of width and height, 0..1, from the top left. */
  readonly plume: {
    readonly left: number;
    readonly top: number;
    readonly right: number;
    readonly bottom: number;
  };
  /** Share of the image that the plume covers. */
  readonly plumeShare: number;
  readonly skyLevel: number;
}

export interface SmokeRules {
  readonly source: string;
  /** Luma of the brightest tenth of the upper half below which it is night. */
  readonly nightLevel: number;
  /** Fog: nothing is darker than this share of the sky, and nothing has a colour above `fogSaturation`. */
  readonly fogDarkest: number;
  readonly fogSaturation: number;
  /** Darkness against the sky from which a pixel may be smoke, at least. */
  readonly minDarkness: number;
  /** How far the colour of smoke may lie from neutral grey over the sky, levels of a channel (root mean square). */
  readonly mostTint: number;
  /** Share of the image that a plume covers at least. */
  readonly minPlumeShare: number;
}

/** Grade by blackness as in HJ/T 398-2007; the thresholds are this program's own. */
export const SMOKE_RULES: SmokeRules = {
  source: 'HJ/T 398-2007 (grade = 20 % of black); detection thresholds are own',
  nightLevel: 70,
  fogDarkest: 0.65,
  fogSaturation: 0.14,
  minDarkness: 0.045,
  mostTint: 14,
  minPlumeShare: 0.003,
};

/**
 * Blackness of the smoke in a daylight image of a plume against the sky. Opacity is taken on the encoded pixel values,
 * as a chart beside the picture would be compared. Refuses what it can't judge.
 */
export function readSmoke(image: RgbImage, rules: SmokeRules = SMOKE_RULES): SmokeReading | SmokeRefusal {
  const channels = toChannels(image);
  const brightness = luma(channels);
  if (brightness.width < 16 || brightness.height < 16) return refused('no-sky', 'the image is too small');
  const upper = brightness.at.subarray(0, Math.floor(brightness.height / 2) * brightness.width);
  const brightest = quantile(upper, 0.9);
  if (brightest < rules.nightLevel) {
    return refused(
      'night',
      `the brightest tenth of the upper half has a luma of ${brightest.toFixed(0)} of 255`,
    );
  }
  const sky = fitSky(channels, brightness);
  if (sky === undefined) return refused('no-sky', 'too little of the image is sky');
  const fog = fogDetail(channels, brightness, sky, rules);
  if (fog !== undefined) return refused('fog', fog);
  const darkness = darknessOf(brightness, sky);
  const found = findPlume(channels, darkness, sky, rules);
  if (found === 'no-stack') return refused('no-stack', 'no stack rises into the sky: this is no view of one');
  if (found === undefined) return refused('no-plume', 'nothing darker than the sky rises from a stack');
  return measure(found, channels, sky, darkness, rules);
}

function refused(reason: SmokeRefusalReason, detail: string): SmokeRefusal {
  return { verdict: 'refused', reason, detail };
}

function fogDetail(channels: Channels, brightness: Plane, sky: Sky, rules: SmokeRules): string | undefined {
  const darkest = quantile(brightness.at, 0.003) / quantile(sky.luma.at, 0.5);
  const saturation = quantile(saturationOf(channels), 0.9);
  if (darkest < rules.fogDarkest || saturation > rules.fogSaturation) return undefined;
  return `nothing is darker than ${Math.round(darkest * 100)} % of the sky, and all is grey`;
}

function saturationOf([red, green, blue]: Channels): Float64Array {
  return red.at.map((r, i) => {
    const [g = 0, b = 0] = [green.at[i], blue.at[i]];
    const high = Math.max(r, g, b);
    return high === 0 ? 0 : (high - Math.min(r, g, b)) / high;
  });
}

/** 1 - seen / sky, averaged over 3 x 3 pixels. */
function darknessOf(brightness: Plane, sky: Sky): Plane {
  const at = brightness.at.map((value, i) => 1 - value / Math.max(1, sky.luma.at[i] ?? 1));
  return boxMean({ width: brightness.width, height: brightness.height, at }, 1);
}

interface FoundPlume {
  readonly region: Region;
  readonly width: number;
  readonly height: number;
}

function findPlume(
  channels: Channels,
  darkness: Plane,
  sky: Sky,
  rules: SmokeRules,
): FoundPlume | 'no-stack' | undefined {
  const { width, height } = darkness;
  const skyline = findSkyline(notSkyPlane(channels, sky));
  const skyLevel = quantile(sky.luma.at, 0.5);
  // Averaging over nine pixels takes a good part of the pixel noise away; clouds stay.
  const threshold = Math.max(rules.minDarkness, (2 * sky.spread) / skyLevel);
  const mask = smokeMask(darkness, threshold, skyline);
  const stacks = skyline.structures.filter((s) => s.base - s.top >= 0.04 * height);
  if (stacks.length === 0) return 'no-stack';
  const candidates = regionsOf(mask, width).filter(
    ({ pixels }) => pixels.length >= rules.minPlumeShare * width * height,
  );
  const rising = candidates.filter((r) => risesFrom(r, stacks, width, height));
  const [region] = rising.sort((a, b) => weight(b, darkness) - weight(a, darkness));
  if (region === undefined) return undefined;
  const denser = { pixels: denserPart(region, darkness) };
  const sound = denser.pixels.length >= rules.minPlumeShare * width * height;
  return { region: sound ? denser : region, width, height };
}

/**
 * A plume before patchy sky: where the region falls into a dense and a faint part (Otsu's threshold, the dense one at
 * least 2.5 times darker), the faint one is sky that the surface missed.
 */
function denserPart({ pixels }: Region, darkness: Plane): readonly number[] {
  const shades = pixels.map((pixel) => darkness.at[pixel] ?? 0);
  const threshold = otsuThreshold(shades);
  const mean = (values: readonly number[]) => values.reduce((a, b) => a + b, 0) / values.length;
  const dense = shades.filter((shade) => shade > threshold);
  const faint = shades.filter((shade) => shade <= threshold);
  if (dense.length === 0 || faint.length === 0 || mean(dense) < 2.5 * mean(faint)) return pixels;
  return pixels.filter((pixel) => (darkness.at[pixel] ?? 0) > threshold);
}

/** The value that best parts numbers in 0..1 into two groups (Otsu 1979), over 64 bins. */
function otsuThreshold(values: readonly number[]): number {
  const bins = new Float64Array(64);
  for (const value of values) {
    const bin = Math.min(63, Math.max(0, Math.floor(value * 64)));
    bins[bin] = (bins[bin] ?? 0) + 1;
  }
  const total = bins.reduce((sum, count, bin) => sum + count * bin, 0);
  let [below, belowSum, best, threshold] = [0, 0, -1, 0];
  bins.forEach((count, bin) => {
    below += count;
    belowSum += count * bin;
    const above = values.length - below;
    if (below === 0 || above === 0) return;
    const between = below * above * (belowSum / below - (total - belowSum) / above) ** 2;
    if (between > best) [best, threshold] = [between, (bin + 1) / 64];
  });
  return threshold;
}

function weight({ pixels }: Region, darkness: Plane): number {
  return pixels.reduce((sum, pixel) => sum + (darkness.at[pixel] ?? 0), 0);
}

function notSkyPlane(channels: Channels, sky: Sky): Plane {
  const limit = Math.max(10, 3.5 * sky.spread);
  const { width, height } = channels[0];
  const at = new Float64Array(width * height);
  channels.forEach((channel, k) => {
    const surface = sky.channels[k]?.at;
    channel.at.forEach((value, i) => {
      // Only what is darker in some channel: a cloud is brighter in all of them.
      if (value - (surface?.[i] ?? 0) < -limit) at[i] = 1;
    });
  });
  // A majority of nine takes single pixels of noise away.
  const majority = boxMean({ width, height, at }, 1);
  return { width, height, at: majority.at.map((share) => (share > 0.5 ? 1 : 0)) };
}

/** Dark pixels above the ground and outside the structures (with a margin for their blurred edges). */
function smokeMask(darkness: Plane, threshold: number, { groundRow, structures }: Skyline): Uint8Array {
  const { width } = darkness;
  const mask = new Uint8Array(darkness.at.length);
  darkness.at.forEach((value, i) => {
    const [x, y] = [i % width, Math.floor(i / width)];
    const inside = structures.some((s) => y >= s.top - 2 && x >= s.left - 3 && x <= s.right + 3);
    if (value > threshold && y < groundRow - 3 && !inside) mask[i] = 1;
  });
  return mask;
}

/** Near the mouth; a dense plume may hide it, so that the stack seems to reach a little into the smoke. */
function risesFrom(region: Region, stacks: readonly Structure[], width: number, height: number): boolean {
  return stacks.some((stack) => {
    const reach = Math.max(0.03 * width, stack.right - stack.left + 1);
    return region.pixels.some((pixel) => {
      const [x, y] = [pixel % width, Math.floor(pixel / width)];
      return (
        x >= stack.left - reach &&
        x <= stack.right + reach &&
        y <= stack.top &&
        y >= stack.top - 0.08 * height
      );
    });
  });
}

function measure(
  found: FoundPlume,
  channels: Channels,
  sky: Sky,
  darkness: Plane,
  { mostTint }: SmokeRules,
): SmokeReading | SmokeRefusal {
  const { region, width, height } = found;
  const inner = eroded(region, width, height, 2).pixels;
  const body = inner.length >= 20 ? inner : region.pixels;
  const smooth = boxMean(darkness, 1);
  const shades = body.map((pixel) => smooth.at[pixel] ?? 0);
  const [from, to] = [quantile(shades, 0.85), quantile(shades, 0.97)];
  const dense = body.filter((_, i) => (shades[i] ?? 0) >= from && (shades[i] ?? 0) <= to);
  const [seen, behind] = [meanColour(channels, dense), meanColour(sky.channels, dense)];
  const estimate = estimateOpacity(seen, behind, sky.spread / 2);
  const tint = tintOf(seen, behind, estimate);
  if (tint > mostTint)
    return refused('no-plume', `what rises is coloured, by ${tint.toFixed(0)} levels of 255`);
  const skyLevel = quantile(sky.luma.at, 0.5);
  const opacityUncertainty = Math.hypot(estimate.uncertainty, (to - from) / 2, (0.5 * sky.spread) / skyLevel);
  return {
    verdict: 'measured',
    opacity: estimate.opacity,
    opacityUncertainty,
    ringelmann: 5 * estimate.opacity,
    ringelmannUncertainty: 5 * opacityUncertainty,
    grade: Math.round(5 * estimate.opacity),
    plume: boundingBox(region, width, height),
    plumeShare: region.pixels.length / (width * height),
    skyLevel,
  };
}

/** What of a colour neutral smoke over the sky does not explain, root mean square of the channels. */
function tintOf(seen: Colour, sky: Colour, { opacity, smokeLevel }: OpacityEstimate): number {
  const rest = seen.map((value, k) => value - (1 - opacity) * (sky[k] ?? 0) - opacity * smokeLevel);
  return Math.sqrt(rest.reduce((sum, one) => sum + one * one, 0) / rest.length);
}

function meanColour(channels: Channels, pixels: readonly number[]): Colour {
  const mean = (plane: Plane) =>
    pixels.reduce((sum, pixel) => sum + (plane.at[pixel] ?? 0), 0) / pixels.length;
  return [mean(channels[0]), mean(channels[1]), mean(channels[2])];
}

function boundingBox({ pixels }: Region, width: number, height: number): SmokeReading['plume'] {
  const box = { left: width, top: height, right: 0, bottom: 0 };
  for (const pixel of pixels) {
    const [x, y] = [pixel % width, Math.floor(pixel / width)];
    box.left = Math.min(box.left, x);
    box.right = Math.max(box.right, x + 1);
    box.top = Math.min(box.top, y);
    box.bottom = Math.max(box.bottom, y + 1);
  }
  return {
    left: box.left / width,
    right: box.right / width,
    top: box.top / height,
    bottom: box.bottom / height,
  };
}
