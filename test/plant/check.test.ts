import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { checkPlant, loadPlant } from '../../plant/load.ts';
import { printProblem } from '../../plant/problem.ts';

const cases = join(dirname(fileURLToPath(import.meta.url)), 'cases');

/** Each folder is one mistake: plant.yaml, and expected.txt with what a person is told. */
test.each(readdirSync(cases))('plant file: %s', async (name) => {
  const checked = checkPlant(join(cases, name, 'plant.yaml'));
  const told = checked.problems.map((problem) => printProblem('plant.yaml', problem)).join('\n');
  await expect(`${told}\n`).toMatchFileSnapshot(join(cases, name, 'expected.txt'));
});

test('every case but the valid one is refused, and loading names all its problems', () => {
  for (const name of readdirSync(cases)) {
    const path = join(cases, name, 'plant.yaml');
    if (name === 'valid') expect(loadPlant(path).plant.tags).toHaveLength(4);
    else expect(() => loadPlant(path), name).toThrow(expect.objectContaining({ code: 'plant-invalid' }));
  }
  expect(
    readFileSync(join(cases, 'several-at-once', 'expected.txt'), 'utf8').match(/plant\.yaml:/g),
  ).toHaveLength(3);
});

test('a resolved tag carries unit, source unit, full address and deadband', () => {
  const { plant } = loadPlant(join(cases, 'valid', 'plant.yaml'));
  expect(plant.tagsById.get('meter-main.activePower')).toMatchObject({
    unit: 'kW',
    address: 'nsu=urn:demo;s=meter-main.activePower',
    deadband: { kind: 'percent', value: 0.5 },
    samplingIntervalMs: 1000,
  });
  expect(plant.tagsById.get('meter-main.activeEnergyTotal')).toMatchObject({
    unit: 'kWh',
    sourceUnit: 'MWh',
  });
});
