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

interface PlantText {
  /** Further sections of the plant file. */
  readonly sections?: string;
  readonly timeZone?: string;
  /** Of the source "shop". Default: JSON messages with their time at /ts. */
  readonly shop?: string;
}

/**
 * A plant file of one line whose MQTT source is "shop".
 * @param assets list of the plant file, each line indented by two blanks or more
 */
export const plantText = (
  assets: string,
  { sections = '', timeZone = 'UTC', shop = '{ kind: mqtt, time: { pointer: /ts } }' }: PlantText = {},
): string => `
version: 1
site: { id: demo, name: Demo, timeZone: ${timeZone} }
sources: { shop: ${shop} }
${sections}
areas:
  - id: a
    lines:
      - id: l
        assets:
${assets.replace(/^/gm, '        ')}
`;

/** Broker section of a plant whose broker is embedded. */
export const embeddedBroker = (port: number): string => `broker: { kind: embedded, port: ${port} }`;

/** The plant of such a file. */
export const plantOfAssets = (assets: string, sections = '', timeZone = 'Asia/Shanghai'): LoadedPlant =>
  plantOf(plantText(assets, { sections, timeZone, shop: '{ kind: mqtt }' }));
