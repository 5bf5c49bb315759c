import sharp from 'sharp';
import { errorMessage, PlantscopeError } from '../../../model/error.ts';
import type { RgbImage } from '../../environment/smoke-image.ts';

/** More pixels than any stack camera gives; a bomb is refused before it is unpacked. */
const MAX_PIXELS = 60_000_000;

/**
 * Pixels of an encoded picture, upright and in sRGB.
 * @throws PlantscopeError `image-unreadable`
 */
export async function decodeImage(bytes: Uint8Array, where: string): Promise<RgbImage> {
  try {
    const { data, info } = await sharp(bytes, { limitInputPixels: MAX_PIXELS })
      .rotate()
      .toColourspace('srgb')
      .removeAlpha()
      .raw()
      .toBuffer({ resolveWithObject: true });
    return { width: info.width, height: info.height, rgb: threeChannels(data, info.channels) };
  } catch (cause) {
    throw new PlantscopeError('image-unreadable', `${where} is no readable picture: ${errorMessage(cause)}`, {
      cause,
      where,
      hint: 'Expected PNG, JPEG, WebP or TIFF.',
    });
  }
}

function threeChannels(data: Uint8Array, channels: number): Uint8Array {
  if (channels === 3) return data;
  const rgb = new Uint8Array((data.length / channels) * 3);
  for (let i = 0; i < rgb.length; i += 1) rgb[i] = data[Math.floor(i / 3) * channels] ?? 0;
  return rgb;
}

/** Kinds of picture that cameras send, by their first bytes. */
const SIGNATURES: readonly (readonly [type: string, first: readonly number[]])[] = [
  ['image/jpeg', [0xff, 0xd8, 0xff]],
  ['image/png', [0x89, 0x50, 0x4e, 0x47]],
  ['image/webp', [0x52, 0x49, 0x46, 0x46]],
];

/** The media type by the content itself, whatever the sender says; undefined for what no camera sends. */
export function imageType(bytes: Uint8Array): string | undefined {
  return SIGNATURES.find(([, first]) => first.every((byte, i) => bytes[i] === byte))?.[0];
}
