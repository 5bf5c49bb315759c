import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type LoadedPlant, loadPlant } from '../plant/load.ts';

/** A plant from the text of a plant file, through the one loader. */
export function plantOf(yaml: string): LoadedPlant {
  const path = join(mkdtempSync(join(tmpdir(), 'plantscope-plant-')), 'plant.yaml');
  writeFileSync(path, yaml);
  return loadPlant(path);
}

/**
 * A plant of one line whose MQTT source is "shop".
 * @param assets list of the plant file, each line indented by two blanks or more
 * @param sections further sections of the plant file
 */
export const plantOfAssets = (assets: string, sections = '', timeZone = 'Asia/Shanghai'): LoadedPlant =>
  plantOf(`
version: 1
site: { id: demo, name: Demo, timeZone: ${timeZone} }
sources: { shop: { kind: mqtt } }
${sections}
areas:
  - id: a
    lines:
      - id: l
        assets:
${assets.replaceAll('\n', '\n        ')}
`);
