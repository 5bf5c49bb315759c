import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pino } from 'pino';
import { afterAll, beforeEach, describe, expect, onTestFinished, test, vi } from 'vitest';
import { register } from '../../../cli/opcua.ts';
import { startSimulatedPlant } from '../../../devices-sim/simulated-plant.ts';
import { trustEachOther } from '../../../gateway/opcua/certificates.ts';
import { createOpcuaSource } from '../../../gateway/opcua/opcua-source.ts';
import { opcuaPkiFolder } from '../../../gateway/opcua/pki-folder.ts';
import { systemClock } from '../../../model/clock.ts';
import { checkPlant, loadPlant } from '../../../plant/load.ts';
import type { OpcuaSourceFile } from '../../../plant/source-schema.ts';
import { hasAsyncua, startAsyncua } from '../../peers/asyncua.ts';
import { removeTemporaryFolders, startTestServer, temporaryFolder } from '../../peers/opcua-server.ts';
import { printedBy } from '../../run-command.ts';
import { quickTiming, RecordingSink } from './harness.ts';

const patience = { timeout: 60_000, interval: 100 };
const data = temporaryFolder('opcua-cli');

const plantscope = (...args: string[]): Promise<string> => printedBy(register, ['opcua', ...args]);

beforeEach(() => {
  vi.spyOn(process.stderr, 'write').mockReturnValue(true);
});
afterAll(removeTemporaryFolders);

/** Imports a server, and runs the source of the written file until each of its tags that can has a value. */
async function importAndRun(url: string, path: string, file: string) {
  const into = join(temporaryFolder('opcua-import'), 'plant.yaml');
  await plantscope('import', url, '--path', path, '--into', into, '--source', 'shop', '--data', data);
  expect(checkPlant(into).problems, file).toEqual([]);
  const { plant, file: written } = loadPlant(into);
  const sink = new RecordingSink();
  const source = createOpcuaSource({
    ...{ id: 'shop', config: written.sources.shop as OpcuaSourceFile, tags: plant.tags },
    ...{ clock: systemClock, logger: pino({ level: 'silent' }), timing: quickTiming },
    ...{ pkiFolder: opcuaPkiFolder(data), readSecret: (secret: string) => readFileSync(secret, 'utf8') },
  });
  onTestFinished(() => source.stop());
  await source.start(sink);
  await vi.waitFor(() => {
    const seen = new Set(sink.readings.map(({ tag }) => tag));
    expect(plant.tags.map(({ id }) => id).filter((id) => !seen.has(id))).toEqual([]);
  }, patience);
  expect(source.health().counters.quarantined).toBe(0);
  return { plant, sink, into };
}

describe('plantscope opcua', { timeout: 120_000 }, () => {
  test('from a server nobody trusts to a plant file that runs', async () => {
    const server = await startTestServer();
    onTestFinished(() => server.kill());
    const { url } = server;
    const listed = await plantscope('endpoints', url, '--data', data);
    expect(listed).toContain('Basic256Sha256  SignAndEncrypt  users:');
    expect(listed).toContain('Aes256_Sha256_RsaPss  Sign  ');

    await expect(plantscope('browse', url, '--data', data)).rejects.toMatchObject({
      code: 'opcua-certificate-untrusted',
      hint: expect.stringContaining(`plantscope opcua trust ${url}`),
    });
    const fingerprint = /SHA-1 +([0-9a-f]{40})/.exec(
      await plantscope('trust', url, '--yes', '--data', data),
    )?.[1];
    const lines = (await plantscope('certificates', '--data', data)).split('\n');
    expect(lines.some((line) => line.startsWith('trusted') && line.includes(String(fingerprint)))).toBe(true);

    const shown = await plantscope(
      'browse',
      url,
      '--path',
      '/Objects/nsu=urn:plantscope:test;Plant',
      '--data',
      data,
    );
    expect(shown).toContain('nsu=urn:plantscope:test;s=Counter0');
    const plantAddress = /Plant\/ {2}(\S+)/.exec(
      await plantscope('browse', url, '--depth', '1', '--data', data),
    )?.[1];
    const same = await plantscope('browse', url, '--path', String(plantAddress), '--data', data);
    expect(same).toContain('nsu=urn:plantscope:test;s=Counter0');
    await expect(
      plantscope('browse', url, '--path', 'nsu=urn:plantscope:test;s=Nowhere', '--data', data),
    ).rejects.toMatchObject({ code: 'opcua-path' });
    await expect(
      plantscope('browse', url, '--policy', 'Basic256sha256', '--data', data),
    ).rejects.toMatchObject({ code: 'opcua-security', hint: expect.stringContaining('Basic256Sha256') });

    const { plant } = await importAndRun(url, '/Objects/nsu=urn:plantscope:test;Plant', 'test server');
    const temperature = plant.tags.find(({ address }) => address.endsWith('s=Temperature'));
    expect(temperature).toMatchObject({ sourceUnit: '°C', range: [-10, 150] });
    expect(plant.tags.some(({ address }) => address.includes('Picture'))).toBe(false);
  });

  test('imports the simulated plant', async () => {
    const folder = temporaryFolder('opcua-simulator');
    const simulator = await startSimulatedPlant({
      ...{ clock: systemClock, seed: 1, timeZone: 'UTC', opcuaPort: 0, pkiFolder: folder },
    });
    onTestFinished(() => simulator.stop());
    await trustEachOther(opcuaPkiFolder(data), {
      certificate: simulator.serverCertificate,
      trustClient: (certificate) => simulator.trustClient(certificate),
    });
    const { plant } = await importAndRun(simulator.endpointUrl, '/Objects', 'simulator');
    expect(plant.tags.length).toBeGreaterThan(20);
    expect(plant.tags.some(({ sourceUnit }) => sourceUnit === '°C')).toBe(true);
  });

  test('an import into a file adds to it, and a file that is there is kept', async () => {
    const server = await startTestServer();
    onTestFinished(() => server.kill());
    await plantscope('trust', server.url, '--yes', '--data', data);
    const folder = join(temporaryFolder('opcua-add'), 'plant');
    mkdirSync(folder);
    const into = join(folder, 'plant.yaml');
    writeFileSync(into, existing);
    await plantscope(
      'import',
      server.url,
      '--path',
      plantPath,
      '--into',
      into,
      '--source',
      'added',
      '--data',
      data,
    );
    expect(readFileSync(into, 'utf8')).toContain('# written by hand');
    expect(Object.keys(loadPlant(into).file.sources)).toEqual(['shop', 'added']);
    expect(loadPlant(into).plant.tags.map(({ id }) => id)).toContain('fan.vibrationVelocity');
  });
});

describe.runIf(hasAsyncua())('asyncua', { timeout: 120_000 }, () => {
  test('imports its address space: units, ranges, arrays, booleans, text', async () => {
    const server = await startAsyncua();
    onTestFinished(() => server.kill());
    await plantscope('trust', server.url, '--yes', '--data', data);
    const { plant, sink } = await importAndRun(server.url, '/Objects', 'asyncua');
    const temperature = plant.tags.find(({ address }) => address.endsWith('Bearing Temperature'));
    expect(temperature).toMatchObject({ sourceUnit: '°C', range: [0, 120] });
    const newestOf = (end: string) => {
      const id = plant.tags.find(({ address }) => address.endsWith(end))?.id;
      return sink.readings.findLast(({ tag }) => tag === id)?.value;
    };
    expect(newestOf('Bearing Temperature')).toBeCloseTo(61.5, 9);
    expect(newestOf('Mode')).toBe('Auto');
    expect([newestOf('Sample#/Level'), newestOf('Sample#/Limits/High')]).toEqual([41.5, 95]);
    expect([newestOf('i=5000'), newestOf('i=5001'), newestOf('Table#/1/0')]).toEqual([0, 1, 3]);
    const ids = plant.tags.map(({ id }) => id);
    expect(ids).toEqual(
      expect.arrayContaining(['ofen-co-1.fullstandSud', 'ofen-co-1.fullstandSudPeak', 'ofen-co-1.broken']),
    );
    expect(ids.filter((id) => id.includes('icture'))).toEqual([]);
  });

  test('a second import adds what is new and leaves the rest as people wrote it', async () => {
    const server = await startAsyncua();
    onTestFinished(() => server.kill());
    await plantscope('trust', server.url, '--yes', '--data', data);
    const into = join(temporaryFolder('opcua-again'), 'plant.yaml');
    const importInto = (url: string) =>
      plantscope('import', url, '--path', '/Objects', '--into', into, '--source', 'shop', '--data', data);
    await importInto(server.url);
    const edited = readFileSync(into, 'utf8').replace('kind: opcua', 'kind: opcua # ours\n    backfill: 3d');
    writeFileSync(into, edited);
    expect(await importInto(server.url)).toMatch(/ 0 tags; .* \d+ tags were there already/);
    expect(readFileSync(into, 'utf8')).toBe(edited);
    expect(checkPlant(into).problems).toEqual([]);
    const other = await startTestServer();
    onTestFinished(() => other.kill());
    await plantscope('trust', other.url, '--yes', '--data', data);
    await expect(importInto(other.url)).rejects.toMatchObject({ code: 'source-taken' });
    const mistaken = edited.replace('backfill: 3d', 'backfil: 3d');
    writeFileSync(into, mistaken);
    await expect(importInto(server.url)).rejects.toMatchObject({
      code: 'plant-invalid',
      message: expect.stringContaining('backfil'),
    });
    expect(readFileSync(into, 'utf8')).toBe(mistaken);
  });
});

const plantPath = '/Objects/nsu=urn:plantscope:test;Plant';
const existing = `# written by hand
version: 1
site: { id: dev, name: Device, timeZone: UTC }
sources: { shop: { kind: mqtt, time: { pointer: /ts } } }
areas:
  - id: hall
    lines:
      - id: one
        assets:
          - id: fan
            name: Fan
            nature: generic
            source: shop
            tags:
              vibrationVelocity: { address: 'fan#/v', unit: mm/s }
`;
