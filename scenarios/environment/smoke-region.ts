/** A connected set of pixels, by index. */
export interface Region {
  readonly pixels: readonly number[];
}

/** Connected regions (eight neighbours) of a mask, row by row. */
export function regionsOf(mask: Uint8Array, width: number): Region[] {
  const height = mask.length / width;
  const seen = new Uint8Array(mask.length);
  const regions: Region[] = [];
  for (let start = 0; start < mask.length; start += 1) {
    if (mask[start] === 0 || seen[start] === 1) continue;
    const pixels = [start];
    seen[start] = 1;
    for (let next = 0; next < pixels.length; next += 1) {
      for (const neighbour of neighbours(pixels[next] ?? 0, width, height)) {
        if (mask[neighbour] === 0 || seen[neighbour] === 1) continue;
        seen[neighbour] = 1;
        pixels.push(neighbour);
      }
    }
    regions.push({ pixels });
  }
  return regions;
}

/** The region without `rounds` layers of its border. */
export function eroded(region: Region, width: number, height: number, rounds: number): Region {
  let pixels = region.pixels;
  for (let round = 0; round < rounds; round += 1) {
    const mask = new Uint8Array(width * height);
    for (const pixel of pixels) mask[pixel] = 1;
    pixels = pixels.filter((pixel) => neighbours(pixel, width, height).every((n) => mask[n] === 1));
  }
  return { pixels };
}

function neighbours(pixel: number, width: number, height: number): number[] {
  const [x, y] = [pixel % width, Math.floor(pixel / width)];
  const found: number[] = [];
  for (let ny = Math.max(0, y - 1); ny <= Math.min(height - 1, y + 1); ny += 1) {
    for (let nx = Math.max(0, x - 1); nx <= Math.min(width - 1, x + 1); nx += 1) {
      if (nx !== x || ny !== y) found.push(ny * width + nx);
    }
  }
  return found;
}
