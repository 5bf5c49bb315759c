import { readFileSync } from 'node:fs';
import { afterAll, expect, onTestFinished, test, vi } from 'vitest';
import { AccessTokens } from '../../api/auth/tokens.ts';
import { applicationIdentity, trust } from '../../gateway/opcua/certificates.ts';
import { removeTemporaryFolders, startTestServer } from '../peers/opcua-server.ts';
import { freePort, newDataFolder, startTestPlatform, type TestPlatform } from './test-platform.ts';

interface Answer {
  readonly status: number;
  readonly body: {
    readonly code?: string;
    readonly detail?: string;
    readonly readBack?: unknown;
    readonly unit?: string;
  };
}

interface Trail {
  readonly lines: readonly {
    readonly sequence: number;
    readonly tag: string;
    readonly outcome: string;
    readonly asked?: number;
    readonly value: unknown;
    readonly readBack?: unknown;
    readonly note?: string;
    readonly by: string;
  }[];
}

// A server that is gone is noticed by two heartbeats; a write meanwhile ends with the request's own timeout.
const soon = { timeout: 120_000, interval: 100 };

afterAll(removeTemporaryFolders);

async function write(platform: TestPlatform, tag: string, body: object, token: string): Promise<Answer> {
  const response = await fetch(`${platform.url}/api/v1/tags/${tag}/write`, {
    method: 'POST',
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  return { status: response.status, body: (await response.json()) as Answer['body'] };
}

test('a write goes to the device, is read back and kept; whatever may not be written is refused and kept, too', {
  timeout: 300_000,
}, async () => {
  const server = await startTestServer();
  onTestFinished(() => server.kill());
  const folder = newDataFolder();
  const identity = await applicationIdentity(folder.clientPki);
  await trust(identity.store, readFileSync(server.certificateFile));
  await identity.store.dispose();
  const platform = await startTestPlatform(plantFile(server.url, await freePort()), folder);
  onTestFinished(() => platform.stop());
  const tokens = new AccessTokens(folder.root);
  const operator = tokens.issue({ role: 'operator', label: 'Shift 1' });
  const viewer = tokens.issue({ role: 'viewer', label: 'Screen' });
  await vi.waitFor(async () => {
    const latest = await platform.get<{ tag: string }[]>('/api/v1/latest');
    expect(latest.map(({ tag }) => tag).sort()).toEqual(['oven.locked', 'oven.setpoint', 'oven.way']);
  }, soon);

  const asked = await write(platform, 'oven.setpoint', { value: 0.05, note: 'night' }, operator);
  expect(asked).toMatchObject({ status: 200, body: { unit: '1' } });
  expect(asked.body.readBack).toBeCloseTo(0.05, 6);
  expect(await server.command('value', { name: 'Setpoint' })).toBeCloseTo(50, 4);
  await vi.waitFor(async () => {
    const latest = await platform.get<{ tag: string; value: number }[]>('/api/v1/latest');
    expect(latest.find(({ tag }) => tag === 'oven.setpoint')?.value).toBeCloseTo(0.05, 6);
  }, soon);

  const answers = [
    await write(platform, 'oven.setpoint', { value: 0.05 }, viewer),
    await write(platform, 'oven.locked', { value: 1 }, operator),
    await write(platform, 'oven.setpoint', { value: 5 }, operator),
    await write(platform, 'oven.setpoint', { value: 'warm' }, operator),
    await write(platform, 'oven.nothing', { value: 1 }, operator),
    await write(platform, 'oven.way', { value: 'false' }, operator),
  ];
  expect(answers.map(({ status, body }) => [status, body.code])).toEqual([
    [403, 'forbidden'],
    [409, 'write-refused'],
    [409, 'write-refused'],
    [409, 'write-refused'],
    [404, 'unknown-tag'],
    [409, 'write-refused'],
  ]);
  expect(answers[1]?.body.detail).toContain('not marked writable');
  expect(await server.command('value', { name: 'Setpoint' })).toBeCloseTo(50, 4);
  expect((await write(platform, 'oven.way', { value: false }, operator)).body.readBack).toBe(false);

  const { lines } = await platform.get<Trail>('/api/v1/writes');
  expect(lines.map(({ outcome }) => outcome).reverse()).toEqual([
    ...['asked', 'written', 'asked', 'refused', 'asked', 'refused'],
    ...['asked', 'refused', 'asked', 'refused', 'asked', 'written'],
  ]);
  const [first, second] = [lines.at(-1), lines.at(-2)];
  expect(first).toMatchObject({ tag: 'oven.setpoint', value: 0.05, note: 'night' });
  expect(second).toMatchObject({ asked: first?.sequence, outcome: 'written' });
  expect(first?.by).toBe(second?.by);
  expect(first?.by).not.toBe('unknown');

  await server.kill();
  await vi.waitFor(async () => {
    const answer = await write(platform, 'oven.setpoint', { value: 0.04 }, operator);
    expect([answer.status, answer.body.code]).toEqual([503, 'write-unavailable']);
  }, soon);
});

const plantFile = (endpoint: string, brokerPort: number): string => `
version: 1
site: { id: e2e, name: Write, timeZone: Asia/Shanghai }
broker: { kind: embedded, port: ${brokerPort} }
sources:
  plc: { kind: opcua, endpoint: '${endpoint}', publishingInterval: 100ms }
areas:
  - id: hall
    lines:
      - id: line
        assets:
          - id: oven
            name: Oven
            nature: generic
            source: plc
            tags:
              setpoint: { address: 'nsu=urn:plantscope:test;s=Setpoint', unit: '1', multiplier: 0.001, range: [0, 0.1], writable: true }
              locked: { address: '/Objects/nsu=urn:plantscope:test;Plant/Setpoint', unit: '1' }
              way: { address: 'nsu=urn:plantscope:test;s=Flag', kind: boolean, writable: true }
`;
