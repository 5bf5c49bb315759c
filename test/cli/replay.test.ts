import { expect, test } from 'vitest';
import { createReplay } from '../../cli/platform/replay.ts';
import { DeviceIntake } from '../../gateway/mqtt/device-intake.ts';
import { ExternalMqttSource } from '../../gateway/mqtt/external-mqtt-source.ts';
import { JsonMapping } from '../../gateway/mqtt/json-mapping.ts';
import type { Reading } from '../../model/reading.ts';
import type { MqttSourceFile } from '../../plant/source-schema.ts';
import { plantOf } from '../plant-of.ts';

const { plant, file } = plantOf(`
version: 1
site: { id: dev, name: Device, timeZone: UTC }
sources: { bare: { kind: mqtt, broker: 'mqtt://broker.example:1883' } }
areas:
  - id: hall
    lines:
      - id: line
        assets:
          - { id: fan, nature: rotating-machine, source: bare, tags: { vibrationVelocity: { address: 'fan/v#' } } }
`);
const CAME_MS = Date.UTC(2026, 10, 20, 8);
const clock = { nowMs: () => Date.UTC(2026, 10, 24) };

test('a mended message of another broker goes through its source, and without a time of its own is of when it came', async () => {
  const config = file.sources.bare as MqttSourceFile;
  const intake = new DeviceIntake('bare', new JsonMapping('bare', config, plant.tags), clock);
  const taken: Reading[] = [];
  intake.open({
    accept: async (readings) => void taken.push(...readings),
    refuse: async () => undefined,
    newestTimeMs: () => undefined,
  });
  const source = new ExternalMqttSource({
    ...{ id: 'bare', url: config.broker ?? '', clientId: 'x', filters: [], intake, clock },
  });
  const ingest = { readings: () => Promise.reject(new Error('no way for a message')) };
  const replay = createReplay({
    messageSources: [source],
    ingest,
    quarantine: { put: async () => undefined },
  });
  await replay({
    ...{ id: 1, reason: 'wrong-type', message: '', from: 'bare', where: 'fan/v', payload: '2.5' },
    ...{ count: 1, firstMs: CAME_MS, lastMs: CAME_MS },
  });
  expect(taken).toMatchObject([{ tag: 'fan.vibrationVelocity', value: 2.5, timeMs: CAME_MS }]);
  expect(source.health().counters).toMatchObject({ messages: 0 });
});
