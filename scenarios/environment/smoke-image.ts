/** Eight-bit RGB pixels, row by row from the top left. */
export interface RgbImage {
  readonly width: number;
  readonly height: number;
  /** width x height x 3 bytes */
  readonly rgb: Uint8Array;
}

/** One plane of numbers over an image, row by row. */
export interface Plane {
  readonly width: number;
  readonly height: number;
  readonly at: Float64Array;
}

export type Channels = readonly [Plane, Plane, Plane];

/** Red, green and blue planes, averaged over square blocks so that the longer side is at most `maxSide` pixels. */
export function toChannels(image: RgbImage, maxSide = 320): Channels {
  const block = Math.max(1, Math.ceil(Math.max(image.width, image.height) / maxSide));
  return [channel(image, 0, block), channel(image, 1, block), channel(image, 2, block)];
}

function channel(image: RgbImage, offset: number, block: number): Plane {
  const width = Math.floor(image.width / block);
  const height = Math.floor(image.height / block);
  const at = new Float64Array(width * height);
  for (let y = 0; y < height; y += 1) {
    for (let x = 0; x < width; x += 1) {
      let sum = 0;
      for (let dy = 0; dy < block; dy += 1) {
        const row = (y * block + dy) * image.width + x * block;
        for (let dx = 0; dx < block; dx += 1) sum += image.rgb[(row + dx) * 3 + offset] ?? 0;
      }
      at[y * width + x] = sum / (block * block);
    }
  }
  return { width, height, at };
}

/** Luma of encoded values, ITU-R BT.601. */
export function luma([red, green, blue]: Channels): Plane {
  const at = red.at.map((r, i) => 0.299 * r + 0.587 * (green.at[i] ?? 0) + 0.114 * (blue.at[i] ?? 0));
  return { width: red.width, height: red.height, at };
}

/** Mean over the square of side 2 radius + 1, cut at the border; by a summed-area table. */
export function boxMean(plane: Plane, radius: number): Plane {
  const { width, height } = plane;
  const sums = new Float64Array((width + 1) * (height + 1));
  for (let y = 0; y < height; y += 1) {
    let row = 0;
    for (let x = 0; x < width; x += 1) {
      row += plane.at[y * width + x] ?? 0;
      sums[(y + 1) * (width + 1) + x + 1] = (sums[y * (width + 1) + x + 1] ?? 0) + row;
    }
  }
  const at = new Float64Array(width * height);
  for (let y = 0; y < height; y += 1) {
    const [top, bottom] = [Math.max(0, y - radius), Math.min(height, y + radius + 1)];
    for (let x = 0; x < width; x += 1) {
      const [left, right] = [Math.max(0, x - radius), Math.min(width, x + radius + 1)];
      const corner = (cy: number, cx: number) => sums[cy * (width + 1) + cx] ?? 0;
      const sum = corner(bottom, right) - corner(top, right) - corner(bottom, left) + corner(top, left);
      at[y * width + x] = sum / ((bottom - top) * (right - left));
    }
  }
  return { width, height, at };
}

/** Value below which `share` (0..1) of the numbers lie; NaN for none. */
export function quantile(values: ArrayLike<number>, share: number): number {
  const sorted = Float64Array.from(values).sort();
  if (sorted.length === 0) return Number.NaN;
  return sorted[Math.min(sorted.length - 1, Math.max(0, Math.floor(share * sorted.length)))] ?? Number.NaN;
}
