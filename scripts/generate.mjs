// Writes the files that are generated and committed: the editor's schema of plant.yaml, and the Grafana dashboards.
// Each is proved current by a test. Needs a build.
import { writeFileSync } from 'node:fs';
import { dashboards } from '../dist/dashboards/definitions/all.js';
import { renderDashboard } from '../dist/dashboards/grafana/render-dashboard.js';
import { plantJsonSchema } from '../dist/plant/json-schema.js';

writeFileSync(
  new URL('../plant/plant.schema.json', import.meta.url),
  `${JSON.stringify(plantJsonSchema(), null, 2)}\n`,
);

for (const definition of dashboards) {
  const file = new URL(`../dashboards/generated/${definition.id}.json`, import.meta.url);
  writeFileSync(file, renderDashboard(definition));
}
