import { readFileSync } from 'node:fs';
import { afterAll, expect, onTestFinished, test, vi } from 'vitest';
import { applicationIdentity, trust } from '../../gateway/opcua/certificates.ts';
import { removeTemporaryFolders, startTestServer } from '../peers/opcua-server.ts';
import { freePort, newDataFolder, startTestPlatform } from './test-platform.ts';

interface Events {
  readonly isComplete: boolean;
  readonly events: readonly {
    readonly source: string;
    readonly type: string;
    readonly message: string;
    readonly time: string;
    readonly condition?: { readonly name: string; readonly active: boolean; readonly retain: boolean };
  }[];
}

const soon = { timeout: 90_000, interval: 100 };

afterAll(removeTemporaryFolders);

test('an alarm of an OPC UA server reaches the API, through spool, broker and store', {
  timeout: 240_000,
}, async () => {
  const server = await startTestServer({ alarms: true });
  onTestFinished(() => server.kill());
  const folder = newDataFolder();
  const identity = await applicationIdentity(folder.clientPki);
  await trust(identity.store, readFileSync(server.certificateFile));
  await identity.store.dispose();
  const platform = await startTestPlatform(plantFile(server.url, await freePort()), folder);
  onTestFinished(() => platform.stop());
  const events = (query = ''): Promise<Events> => platform.get<Events>(`/api/v1/events${query}`);
  await server.command('write', { name: 'Level', value: 97 });
  await vi.waitFor(async () => {
    const { events: standing } = await events('?standing=true');
    expect(standing).toHaveLength(1);
    expect(standing[0]).toMatchObject({
      source: 'plc',
      type: 'NonExclusiveLimitAlarmType',
      condition: { name: 'LevelAlarm', active: true, retain: true },
    });
  }, soon);
  await server.command('write', { name: 'Level', value: 50 });
  await vi.waitFor(async () => {
    const { events: all, isComplete } = await events('?source=plc');
    expect(isComplete).toBe(true);
    expect(all[0]?.condition?.active).toBe(false);
    expect(all.map(({ time }) => time)).toEqual(
      all
        .map(({ time }) => time)
        .sort()
        .reverse(),
    );
  }, soon);
  expect((await events('?source=other')).events).toEqual([]);
  const quarantine = await platform.get<{ items: readonly unknown[] }>('/api/v1/quarantine');
  expect(quarantine.items).toEqual([]);
});

const plantFile = (endpoint: string, brokerPort: number): string => `
version: 1
site: { id: e2e, name: Events, timeZone: Asia/Shanghai }
broker: { kind: embedded, port: ${brokerPort} }
sources:
  plc: { kind: opcua, endpoint: '${endpoint}', publishingInterval: 100ms }
areas:
  - id: hall
    lines:
      - id: line
        assets:
          - id: boiler
            name: Boiler
            nature: generic
            source: plc
            tags:
              counter: { address: 'nsu=urn:plantscope:test;s=Counter0', unit: '1' }
`;
