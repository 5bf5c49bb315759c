import type { Command } from 'commander';
import sharp from 'sharp';
import { errorMessage, PlantscopeError } from '../../model/error.ts';
import { readSmoke } from '../../scenarios/environment/smoke.ts';
import type { RgbImage } from '../../scenarios/environment/smoke-image.ts';
import { printJson, readInput } from '../io.ts';

/** More pixels than any stack camera gives; a bomb is refused before it is unpacked. */
const MAX_PIXELS = 60_000_000;

const DETAILS = `
IMAGE is a PNG, JPEG, WebP or TIFF picture of a plume against the daylight sky. Prints one JSON object:
  {"verdict":"measured","opacity":0.42,"opacityUncertainty":0.03,"ringelmann":2.1,"ringelmannUncertainty":0.15,"grade":2,...}
  {"verdict":"refused","reason":"night|fog|no-sky|no-plume","detail":"..."}
opacity is 0..1 in the densest part of the plume; one Ringelmann grade is 20 % of black; uncertainties are one
standard deviation. A refusal is an answer: the exit code is 0.`;

/** `plantscope analyse smoke IMAGE` */
export function register(analyse: Command): void {
  analyse
    .command('smoke')
    .description('Blackness (Ringelmann) of the smoke in a picture, with its uncertainty')
    .argument('<image>', 'picture file, - for standard input')
    .addHelpText('after', DETAILS)
    .action(async (file: string) => printJson(readSmoke(await decodeImage(readInput(file), file))));
}

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
