import type { Command } from 'commander';
import { readSmoke } from '../../scenarios/environment/smoke.ts';
import { decodeImage } from '../../scenarios/runner/smoke/decode-image.ts';
import { printJson, readInput } from '../io.ts';

const DETAILS = `
IMAGE is a PNG, JPEG, WebP or TIFF picture of a plume against the daylight sky. Prints one JSON object:
  {"verdict":"measured","opacity":0.42,"opacityUncertainty":0.03,"ringelmann":2.1,"ringelmannUncertainty":0.15,"grade":2,...}
  {"verdict":"refused","reason":"night|fog|no-sky|no-stack|no-plume","detail":"..."}
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
