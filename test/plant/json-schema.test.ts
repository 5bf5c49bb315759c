import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { plantJsonSchema } from '../../plant/json-schema.ts';

test('the committed editor schema is what the code generates', () => {
  const committed = readFileSync(new URL('../../plant/plant.schema.json', import.meta.url), 'utf8');
  expect(committed).toBe(`${JSON.stringify(plantJsonSchema(), null, 2)}\n`);
});

test('an editor offers the natures and, for each, its quantities', () => {
  const text = JSON.stringify(plantJsonSchema());
  expect(text).toContain('"wastewater-outlet"');
  expect(text).toContain('"ammoniaNitrogen"');
});
