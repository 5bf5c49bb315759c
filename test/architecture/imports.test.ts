import { readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { sourceFiles } from './source-files.ts';

const root = dirname(dirname(dirname(fileURLToPath(import.meta.url))));

interface Import {
  readonly from: string;
  /** A path inside the project, or the name of a package. */
  readonly to: string;
  readonly typeOnly: boolean;
}

const imports = sourceFiles(root).flatMap(importsOf);

function importsOf(file: string): Import[] {
  const text = readFileSync(join(root, file), 'utf8');
  const statements = text.matchAll(
    /^(import|export)\s+(type\s)?[^;]*?from\s+'([^']+)'|import\('([^']+)'\)/gm,
  );
  return [...statements].map((match) => {
    const target = match[3] ?? match[4] ?? '';
    const to = target.startsWith('.') ? relative(root, resolve(root, dirname(file), target)) : target;
    return { from: file, to, typeOnly: match[2] !== undefined };
  });
}

const area = (path: string): string => path.split('/')[0] ?? '';
const isOurs = (path: string): boolean => path.endsWith('.ts');
const violations = (broken: (from: string, to: string, entry: Import) => boolean): string[] =>
  imports.filter((entry) => broken(entry.from, entry.to, entry)).map(({ from, to }) => `${from} -> ${to}`);

test('the walk sees the project', () => {
  expect(imports.length).toBeGreaterThan(200);
  expect(imports.some(({ from, to }) => from.startsWith('scenarios/') && to.startsWith('model/'))).toBe(true);
});

test('model imports nothing of ours, and no input or output', () => {
  expect(
    violations((from, to) => area(from) === 'model' && (isOurs(to) ? area(to) !== 'model' : true)),
  ).toEqual([]);
});

/** Mathematics and plain parsing of text: no clock, file, socket or random number behind them. */
const purePackages = new Set(['fft.js', 'ml-matrix']);

test('the mathematics of the scenarios imports only the model, its own scenario and pure packages', () => {
  const pure = /^scenarios\/(energy|equipment|environment|alarms)\//;
  expect(
    violations((from, to) => {
      const own = pure.exec(from)?.[0];
      if (own === undefined) return false;
      return isOurs(to) ? !(area(to) === 'model' || to.startsWith(own)) : !purePackages.has(to);
    }),
  ).toEqual([]);
});

test('the mathematics of the scenarios reads no clock and draws no random number', () => {
  const pure = /^scenarios\/(energy|equipment|environment|alarms)\//;
  const impure =
    /\bDate\.now\(|new Date\(\)|Math\.random\(|process\.|performance\.now\(|setTimeout\(|fetch\(/;
  const found = sourceFiles(root)
    .filter((file) => pure.test(file))
    .filter((file) =>
      impure.test(readFileSync(join(root, file), 'utf8').replace(/\/\*[\s\S]*?\*\/|\/\/.*/g, '')),
    );
  expect(found).toEqual([]);
});

/** What each folder may see of the others; the reading goes from left to right, and `cli` puts it together. */
const mayImport: Readonly<Record<string, readonly string[]>> = {
  model: ['model'],
  plant: ['plant', 'model'],
  'devices-sim': ['devices-sim', 'model', 'plant'],
  // What the protocol asks of each side that speaks it; both brokers' ends use it.
  mqtt: ['mqtt', 'model'],
  // What has to be true of a file before LMDB maps it; the spool and the local state use it.
  lmdb: ['lmdb', 'model'],
  gateway: ['gateway', 'model', 'plant', 'mqtt', 'lmdb'],
  ingest: ['ingest', 'model', 'plant', 'store', 'mqtt'],
  store: ['store', 'model', 'lmdb'],
  scenarios: ['scenarios', 'model', 'store', 'plant'],
  api: ['api', 'model', 'plant', 'store', 'scenarios', 'dashboards'],
  console: ['console', 'model', 'dashboards'],
  dashboards: ['dashboards', 'model'],
};

/** A simulated logger speaks the protocol through the same module as the receiver; published vectors test that module. */
const isProtocol = (from: string, to: string): boolean =>
  area(from) === 'devices-sim' && to.startsWith('gateway/hj212/protocol/');

test('the HJ 212 protocol stands alone: it needs Node and the error class, nothing else of ours', () => {
  expect(
    violations(
      (from, to) =>
        from.startsWith('gateway/hj212/protocol/') &&
        !(isOurs(to)
          ? to.startsWith('gateway/hj212/protocol/') || to === 'model/error.ts'
          : /^node:/.test(to)),
    ),
  ).toEqual([]);
});

/** The console takes the API's contract as types, which leave nothing in the page. */
const isContract = (from: string, to: string, { typeOnly }: Import): boolean =>
  area(from) === 'console' && typeOnly && /^api\/.*schemas?[./]/.test(to);

test('each folder imports only what stands left of it', () => {
  expect(
    violations((from, to, entry) => {
      const allowed = mayImport[area(from)];
      if (isContract(from, to, entry) || isProtocol(from, to)) return false;
      return allowed !== undefined && isOurs(to) && !allowed.includes(area(to));
    }),
  ).toEqual([]);
});

test('adapters never import each other', () => {
  const adapters = [
    'gateway/opcua/',
    'gateway/mqtt/',
    'gateway/sparkplug/',
    'gateway/modbus/',
    'gateway/hj212/',
    'gateway/replay/',
    'store/duckdb',
    'store/influx',
  ];
  const adapterOf = (path: string) => adapters.find((adapter) => path.startsWith(adapter));
  expect(
    violations((from, to) => {
      const [own, other] = [adapterOf(from), adapterOf(to)];
      return own !== undefined && other !== undefined && own !== other;
    }),
  ).toEqual([]);
});

test('only the command line reads the environment and the arguments', () => {
  const found = sourceFiles(root)
    .filter((file) => area(file) !== 'cli' && area(file) !== 'console')
    .filter((file) => /process\.(env|argv)\b/.test(readFileSync(join(root, file), 'utf8')));
  expect(found).toEqual([]);
});
