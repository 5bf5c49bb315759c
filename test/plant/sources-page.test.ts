import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pino from 'pino';
import { describe, expect, test } from 'vitest';
import { buildNorthbound } from '../../cli/platform/build-northbound.ts';
import { buildSources } from '../../cli/platform/build-sources.ts';
import { Hj212Source } from '../../gateway/hj212/hj212-source.ts';
import { openSpool } from '../../gateway/lmdb-spool.ts';
import { ModbusSource } from '../../gateway/modbus/modbus-source.ts';
import { EmbeddedMqttSource } from '../../gateway/mqtt/embedded-mqtt-source.ts';
import { ExternalMqttSource } from '../../gateway/mqtt/external-mqtt-source.ts';
import { ReplaySource } from '../../gateway/replay/replay-source.ts';
import { PlantCalendar } from '../../model/calendar.ts';
import { systemClock } from '../../model/clock.ts';
import { checkPlant, type LoadedPlant } from '../../plant/load.ts';
import { printProblem } from '../../plant/problem.ts';

const page = readFileSync(new URL('../../docs/sources.md', import.meta.url), 'utf8');
const head = 'version: 1\nsite: { id: page, name: Page, timeZone: Asia/Shanghai }\n';

/** Every YAML block of the page, under the heading it stands below. */
const examples = page.split(/^## /m).flatMap((section) => {
  const [heading = ''] = section.split('\n');
  return [...section.matchAll(/^```yaml\n([\s\S]*?)^```$/gm)].map(([, yaml = '']) => ({ heading, yaml }));
});

function load(yaml: string): LoadedPlant {
  const path = join(mkdtempSync(join(tmpdir(), 'plantscope-page-')), 'plant.yaml');
  writeFileSync(path, head + yaml);
  const checked = checkPlant(path);
  expect(checked.problems.map((problem) => printProblem(path, problem))).toEqual([]);
  if ('loaded' in checked) return checked.loaded;
  throw new Error(`${path} has problems`);
}

const logger = pino({ level: 'silent' });
const common = { clock: systemClock, logger, readSecret: () => '0123456789abcdef0123456789abcdef' };

const sourcesOf = (loaded: LoadedPlant) =>
  buildSources({
    ...common,
    ...{
      loaded,
      calendar: new PlantCalendar('Asia/Shanghai'),
      clientPki: mkdtempSync(join(tmpdir(), 'pki-')),
    },
    gaps: { open: () => [], add: async () => undefined, close: async () => undefined } as never,
    publish: () => undefined,
  });

const kinds = {
  'OPC UA': undefined,
  'MQTT devices with JSON, on the embedded broker': EmbeddedMqttSource,
  'MQTT devices on another broker': ExternalMqttSource,
  'Sparkplug B': ExternalMqttSource,
  'InfluxDB line protocol over MQTT': ExternalMqttSource,
  'Modbus TCP': ModbusSource,
  'HJ 212 data loggers': Hj212Source,
  'Recorded CSV files': ReplaySource,
  'Northbound: telling other systems': EmbeddedMqttSource,
};

test('the page has an example of every kind of source', () => {
  expect(new Set(examples.map(({ heading }) => heading))).toEqual(new Set(Object.keys(kinds)));
  const written = new Set(
    examples.flatMap(({ yaml }) => Object.values(load(yaml).file.sources).map(({ kind }) => kind)),
  );
  expect(written).toEqual(new Set(['opcua', 'mqtt', 'modbus', 'hj212', 'replay']));
});

describe.each(examples)('$heading', ({ heading, yaml }) => {
  test('plantscope check finds nothing, and the platform builds what it says', async () => {
    const [source] = await sourcesOf(load(yaml));
    const kind = kinds[heading as keyof typeof kinds];
    if (kind) expect(source).toBeInstanceOf(kind);
    expect(source?.health()).toMatchObject({ station: `source:${source?.id}`, counters: {} });
  });
});

test('the northbound example builds both, and their brokers are the ones it names', async () => {
  const example = examples.find(({ heading }) => heading.startsWith('Northbound'));
  const loaded = load(example?.yaml ?? '');
  const dataFolder = mkdtempSync(join(tmpdir(), 'plantscope-page-'));
  const spool = openSpool({ dir: join(dataFolder, 'spool'), gateway: 'page' });
  const built = buildNorthbound({ ...common, loaded, spool, dataFolder });
  expect(built.map((one) => one.health().summary)).toEqual([
    'not connected to mqtts://broker.example:8883',
    'not connected to mqtt://scada.example:1883',
  ]);
  await spool.close();
});

test('`embedded` without a broker in the process is refused', async () => {
  const loaded = load(
    (examples[1]?.yaml ?? '').concat('northbound: { unifiedNamespace: { broker: embedded } }\n'),
  );
  const dataFolder = mkdtempSync(join(tmpdir(), 'plantscope-page-'));
  const spool = openSpool({ dir: join(dataFolder, 'spool'), gateway: 'page' });
  expect(() => buildNorthbound({ ...common, loaded, spool, dataFolder })).toThrow(/no embedded broker/);
  await spool.close();
});
