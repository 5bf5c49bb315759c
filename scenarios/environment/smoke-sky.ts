import { Matrix, solve } from 'ml-matrix';
import { type Channels, type Plane, quantile } from './smoke-image.ts';

/** The sky behind everything, as a smooth surface of each channel, with the spread of the sky pixels around it. */
export interface Sky {
  readonly channels: Channels;
  readonly luma: Plane;
  /** Robust standard deviation of sky pixels' luma around the surface. */
  readonly spread: number;
  /** Share of the image that is sky, 0..1. */
  readonly share: number;
}

const ROUNDS = 8;
const TERMS = 6;

/**
 * Fits the sky: a second-degree surface through the pixels that agree with it, starting from the middle pixels of each
 * row. What is far darker than the brightest of the upper half never counts as sky.
 * Returns undefined where too little of the image is sky.
 */
export function fitSky(channels: Channels, luma: Plane): Sky | undefined {
  const upper = luma.at.subarray(0, Math.floor(luma.height / 2) * luma.width);
  const darkestSky = 0.6 * quantile(upper, 0.9);
  let members = middleStart(luma, darkestSky);
  let surface = luma;
  let spread = 0;
  for (let round = 0; round < ROUNDS; round += 1) {
    if (members.length < 50) return undefined;
    surface = surfaceThrough(luma, members);
    const residual = (i: number) => (luma.at[i] ?? 0) - (surface.at[i] ?? 0);
    spread = Math.max(
      1.5,
      1.4826 *
        quantile(
          members.map((i) => Math.abs(residual(i))),
          0.5,
        ),
    );
    const [low, high] = [-2.5 * spread, 4 * spread];
    members = [];
    for (let i = 0; i < luma.at.length; i += 1) {
      const r = residual(i);
      if (r > low && r < high && (luma.at[i] ?? 0) > darkestSky) members.push(i);
    }
  }
  if (members.length < 0.08 * luma.at.length) return undefined;
  const [red, green, blue] = channels;
  return {
    channels: [surfaceThrough(red, members), surfaceThrough(green, members), surfaceThrough(blue, members)],
    luma: surface,
    spread,
    share: members.length / luma.at.length,
  };
}

/** The middle pixels of each row, of those bright enough for sky: neither the brightest clouds nor what is in front. */
function middleStart(luma: Plane, darkestSky: number): number[] {
  const { width, height, at } = luma;
  const members: number[] = [];
  for (let y = 0; y < Math.max(4, Math.floor(height * 0.8)); y += 1) {
    const row = at.subarray(y * width, (y + 1) * width);
    const bright = row.filter((value) => value >= darkestSky);
    const [low, high] = [quantile(bright, 0.35), quantile(bright, 0.75)];
    row.forEach((value, x) => {
      if (value >= low && value <= high) members.push(y * width + x);
    });
  }
  return members;
}

/** Least squares through every n-th member, evaluated over the whole image. */
function surfaceThrough(plane: Plane, members: readonly number[]): Plane {
  const { width, height } = plane;
  const stride = Math.max(1, Math.floor(members.length / 6000));
  const normal = Matrix.zeros(TERMS, TERMS);
  const right = Matrix.zeros(TERMS, 1);
  const basis = new Float64Array(TERMS);
  for (let m = 0; m < members.length; m += stride) {
    const i = members[m] ?? 0;
    fillBasis(basis, (i % width) / width, Math.floor(i / width) / height);
    const value = plane.at[i] ?? 0;
    for (let a = 0; a < TERMS; a += 1) {
      right.set(a, 0, right.get(a, 0) + (basis[a] ?? 0) * value);
      for (let b = 0; b < TERMS; b += 1)
        normal.set(a, b, normal.get(a, b) + (basis[a] ?? 0) * (basis[b] ?? 0));
    }
  }
  // A little ridge keeps the surface tame where the sky fills only a corner.
  for (let a = 1; a < TERMS; a += 1) normal.set(a, a, normal.get(a, a) + 0.5);
  const weights = solve(normal, right).to1DArray();
  const at = new Float64Array(width * height);
  for (let y = 0; y < height; y += 1) {
    for (let x = 0; x < width; x += 1) {
      fillBasis(basis, x / width, y / height);
      let sum = 0;
      for (let a = 0; a < TERMS; a += 1) sum += (weights[a] ?? 0) * (basis[a] ?? 0);
      at[y * width + x] = sum;
    }
  }
  return { width, height, at };
}

function fillBasis(basis: Float64Array, x: number, y: number): void {
  const [u, v] = [2 * x - 1, 2 * y - 1];
  basis.set([1, u, v, u * u, u * v, v * v]);
}
