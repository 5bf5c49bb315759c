import { createServer, type Server } from 'node:net';
import { afterEach, expect, test } from 'vitest';
import { freeDemoPorts } from '../../cli/platform/free-ports.ts';
import { plantOf } from '../plant-of.ts';

const open: Server[] = [];
afterEach(() => {
  for (const server of open.splice(0)) server.close();
});

async function takenPort(): Promise<number> {
  const server = createServer();
  open.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  return typeof address === 'object' && address ? address.port : 0;
}

async function freePort(): Promise<number> {
  const port = await takenPort();
  await new Promise((resolve) => open.pop()?.close(resolve));
  return port;
}

const plantWith = (sources: string, more = '') =>
  plantOf(`
version: 1
site: { id: demo, name: Demo, timeZone: Asia/Shanghai }
${more}
sources: ${sources}
areas:
  - { id: a, lines: [{ id: l, assets: [{ id: m, nature: electricity-meter, source: s, tags: { activeEnergyTotal: { address: 'nsu=urn:x;s=a' } } }] }] }
`);

const opcua = (port: number, simulated = true) =>
  `{ s: { kind: opcua, endpoint: 'opc.tcp://127.0.0.1:${port}/plantscope/sim', simulated: ${simulated} } }`;

test('a plant that is simulated whole moves off ports that are taken, and says each', async () => {
  const port = await takenPort();
  const { loaded, apiPort, moved } = await freeDemoPorts(plantWith(opcua(port)), 0);
  const source = loaded.file.sources.s;
  const endpoint = source?.kind === 'opcua' ? (source.endpoint ?? '') : '';
  expect(endpoint).toMatch(/^opc\.tcp:\/\/127\.0\.0\.1:\d+\/plantscope\/sim$/);
  expect(endpoint).not.toContain(`:${port}/`);
  expect(moved).toContainEqual(expect.stringContaining(`Port ${port} is taken here: the simulated s uses `));
  expect(apiPort).toBe(0);
});

test('nothing is moved where the ports are free', async () => {
  const port = await freePort();
  const { loaded, moved } = await freeDemoPorts(
    plantWith(opcua(port), 'broker: { kind: embedded, port: 40000 }'),
    0,
  );
  expect(loaded.file.sources.s).toMatchObject({ endpoint: `opc.tcp://127.0.0.1:${port}/plantscope/sim` });
  expect(loaded.file.broker).toEqual({ kind: 'embedded', port: 40_000 });
  expect(moved).toEqual([]);
});

test('one real device, and every port stays: the devices would look for it in vain', async () => {
  const port = await takenPort();
  const plant = plantWith(opcua(port, false));
  const { loaded, moved, apiPort } = await freeDemoPorts(plant, undefined);
  expect(loaded).toBe(plant);
  expect(moved).toEqual([]);
  expect(apiPort).toBe(3000);
});

test('ports that the plant file or the command line names for people stay', async () => {
  const [broker, api] = [await takenPort(), await takenPort()];
  const named = plantWith(
    opcua(await freePort()),
    `broker: { kind: embedded, port: ${broker} }\napi: { port: ${api} }`,
  );
  const { loaded, moved, apiPort } = await freeDemoPorts(named, undefined);
  expect(loaded.file.broker).toEqual({ kind: 'embedded', port: broker });
  expect(apiPort).toBe(api);
  expect(moved).toEqual([]);
});
