// Writes the files that are generated and committed: the editor's schema of plant.yaml, and the Grafana dashboards.
// Each is proved current by a test. Needs a build.
import { writeFileSync } from 'node:fs';
import { plantJsonSchema } from '../dist/plant/json-schema.js';

writeFileSync(
  new URL('../plant/plant.schema.json', import.meta.url),
  `${JSON.stringify(plantJsonSchema(), null, 2)}\n`,
);
