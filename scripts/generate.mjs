// Writes the files that are generated and committed: the editor's schema of plant.yaml, the Grafana dashboards, and
// the stack's plant file.
// Each is proved current by a test. Needs a build.
import { readFileSync, writeFileSync } from 'node:fs';
import { dashboards } from '../dist/dashboards/definitions/all.js';
import { renderDashboard } from '../dist/dashboards/grafana/render-dashboard.js';
import { plantJsonSchema } from '../dist/plant/json-schema.js';
import { stackPlant } from '../dist/plant/stack-plant.js';

writeFileSync(
  new URL('../plant/plant.schema.json', import.meta.url),
  `${JSON.stringify(plantJsonSchema(), null, 2)}\n`,
);

for (const definition of dashboards) {
  const file = new URL(`../dashboards/generated/${definition.id}.json`, import.meta.url);
  writeFileSync(file, renderDashboard(definition));
}

const demo = readFileSync(new URL('../plant.yaml', import.meta.url), 'utf8');
writeFileSync(new URL('../deploy/plant.yaml', import.meta.url), stackPlant(demo));
