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
