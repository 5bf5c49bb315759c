import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { jobsByScenario } from '../../cli/platform/jobs.ts';
import { dashboards } from '../../dashboards/definitions/all.ts';
import { datasourceOf, datasources } from '../../dashboards/grafana/influx-target.ts';
import { panelQueries } from '../../dashboards/grafana/panel-query.ts';
import { renderDashboard } from '../../dashboards/grafana/render-dashboard.ts';
import { createFactory } from '../../devices-sim/factory.ts';
import type { Reading } from '../../model/reading.ts';
import { hourMs, minuteMs, quarterHourMs } from '../../model/window.ts';
import { loadPlant } from '../../plant/load.ts';
import { Runner } from '../../scenarios/runner/runner.ts';
import { derivedDatabase, initInflux } from '../../store/influx/setup.ts';
import { openInfluxStore } from '../../store/influx-store.ts';
import type { TimeSeriesStore } from '../../store/time-series-store.ts';
import { type InfluxPeer, startInfluxd } from '../peers/influxd.ts';
import { memoryDirtyWindows } from './memory-dirty-windows.ts';

const root = dirname(dirname(dirname(fileURLToPath(import.meta.url))));
const generated = join(root, 'dashboards', 'generated');

test.each(dashboards.map((definition) => [definition.id, definition] as const))(
  'the committed Grafana dashboard is what the definition renders: %s',
  (id, definition) => {
    expect(readFileSync(join(generated, `${id}.json`), 'utf8')).toBe(renderDashboard(definition));
  },
);

test('there is one dashboard a scenario, and no file without a definition', () => {
  expect(readdirSync(generated).sort()).toEqual(['energy.json', 'environment.json', 'equipment.json']);
});

test('every panel has an id of its own, a place, and the provisioned datasource', () => {
  const provisioned = parse(
    readFileSync(join(root, 'dashboards/provisioning/datasources/influxdb.yaml'), 'utf8'),
  ) as { datasources: { uid: string }[] };
  for (const definition of dashboards) {
    const { panels } = JSON.parse(renderDashboard(definition)) as {
      panels: {
        id: number;
        gridPos: { w: number };
        datasource: unknown;
        targets: { datasource: unknown; query: string }[];
      }[];
    };
    expect(new Set(panels.map(({ id }) => id)).size).toBe(definition.panels.length);
    for (const panel of panels) {
      expect(panel.gridPos.w).toBeGreaterThan(0);
      const shown = datasourceOf(definition.panels[panel.id - 1] ?? {});
      expect(panel.datasource).toEqual(shown);
      for (const target of panel.targets) expect(target.datasource).toEqual(shown);
    }
  }
  expect(provisioned.datasources.map(({ uid }) => uid)).toEqual(
    Object.values(datasources).map(({ uid }) => uid),
  );
});

const peer: InfluxPeer | undefined = await startInfluxd();

describe.skipIf(!peer)('on a real InfluxDB filled with the simulated plant', () => {
  const { url, database } = peer ?? { url: '', database: '' };
  const endMs = Date.UTC(2026, 10, 24, 8);
  const startMs = endMs - 2 * hourMs;
  let store: TimeSeriesStore;

  beforeAll(async () => {
    const { plant } = loadPlant(join(root, 'plant.yaml'));
    await initInflux({ ...(peer as InfluxPeer), database }, {});
    store = await openInfluxStore({
      ...(peer as InfluxPeer),
      database,
      tags: plant.tags,
      timeZone: plant.site.timeZone,
    });
    const factory = createFactory({ seed: 1, timeZone: plant.site.timeZone, faults: 'none' });
    const readings = plant.tags.flatMap((tag): Reading[] => {
      const signal = factory.signalsByAddress.get(tag.id);
      if (!signal) return [];
      return Array.from({ length: (endMs - startMs) / minuteMs }, (_, i) => {
        const timeMs = startMs + i * minuteMs;
        return { tag: tag.id, timeMs, timeNs: 0, origin: 'live', ...signal.sample(timeMs) };
      });
    });
    await store.write(readings);
    const slots = new Map(
      readings.map(({ tag, timeMs }) => {
        const slot = { tag, startMs: Math.floor(timeMs / quarterHourMs) * quarterHourMs };
        return [`${tag} ${slot.startMs}`, slot] as const;
      }),
    );
    const runner = new Runner({
      ...{ plant, store, dirty: memoryDirtyWindows([...slots.values()]), clock: { nowMs: () => endMs } },
      jobs: Object.values(jobsByScenario).flat(),
    });
    while (await runner.runOnce());
  }, 120_000);
  afterAll(async () => {
    await store?.close();
    await peer?.stop();
  });

  const queries = dashboards.flatMap(({ id, panels }) =>
    panels.flatMap((panel) =>
      panelQueries(panel).map((query) => [`${id}/${panel.id}`, query, panel.shows] as const),
    ),
  );

  test.each(queries)('%s is not empty', async (_panel, query, shows) => {
    const inRange = query
      .replace('$timeFilter', `time >= ${startMs}ms AND time < ${endMs}ms`)
      .replace('$__interval', '15m')
      .replace('/^$asset$/', '/^.*$/');
    const address = `${url}/query?db=${shows === 'readings' ? database : derivedDatabase(database)}&q=${encodeURIComponent(inRange)}`;
    const answer = (await (await fetch(address)).json()) as {
      results: { error?: string; series?: { values: unknown[][] }[] }[];
    };
    expect(answer.results[0]?.error).toBeUndefined();
    const values = (answer.results[0]?.series ?? []).flatMap((series) => series.values);
    expect(values.length).toBeGreaterThan(0);
    expect(values.every((row) => row[1] !== null)).toBe(true);
  });
});
