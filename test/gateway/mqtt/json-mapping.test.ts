import { expect, test } from 'vitest';
import { JsonMapping } from '../../../gateway/mqtt/json-mapping.ts';
import { payloadInstant } from '../../../gateway/mqtt/payload-time.ts';
import { statusCodes } from '../../../model/status.ts';
import { matchesFilter } from '../../../mqtt/topic-filter.ts';
import type { MqttSourceFile } from '../../../plant/source-schema.ts';
import { plantOf, plantOfAssets } from '../../plant-of.ts';

const { plant, file } = plantOf(`
version: 1
site: { id: demo, name: Demo, timeZone: Asia/Shanghai }
sources:
  shop: { kind: mqtt, time: { pointer: /ts } }
areas:
  - id: a
    lines:
      - id: l
        assets:
          - id: m1
            nature: electricity-meter
            source: shop
            base: meters/m1#/
            tags:
              activeEnergyTotal: { unit: MWh, multiplier: 2 }
              activePower: { address: values/p, range: [0, 100] }
          - id: fan
            nature: rotating-machine
            source: shop
            base: fan#/
            tags: { vibrationVelocity: , running: }
`);
const mapping = new JsonMapping('shop', file.sources.shop as MqttSourceFile, plant.tags);
const map = (topic: string, payload: string) => mapping.map(topic, Buffer.from(payload), 1_700_000_000_000);

test('one message carries several tags, each in its own unit, with transformer ratio and source time', () => {
  const { readings, refusals } = map(
    'meters/m1',
    '{"ts":"2026-11-24T08:00:00.1234567+08:00","activeEnergyTotal":1.5,"values":{"p":42}}',
  );
  expect(refusals).toEqual([]);
  expect(readings).toEqual([
    expect.objectContaining({
      tag: 'm1.activeEnergyTotal',
      value: 3000,
      timeMs: Date.UTC(2026, 10, 24, 0, 0, 0, 123),
      timeNs: 456_700,
    }),
    expect.objectContaining({ tag: 'm1.activePower', value: 42, status: statusCodes.good, origin: 'live' }),
  ]);
});

test('a value outside the range is kept and marked uncertain', () => {
  const { readings } = map('meters/m1', '{"ts":1700000000000,"values":{"p":101}}');
  expect(readings[0]).toMatchObject({ value: 101, status: statusCodes.uncertainEngineeringUnitsExceeded });
});

test('records stored by a device while it was away are history', () => {
  const { readings } = map(
    'fan/history',
    '{"records":[{"ts":1000,"vibrationVelocity":1},{"ts":2000,"vibrationVelocity":2,"running":true}]}',
  );
  expect(readings.map((r) => [r.timeMs, r.value, r.origin])).toEqual([
    [1000, 1, 'history'],
    [2000, 2, 'history'],
    [2000, true, 'history'],
  ]);
});

test.each([
  ['vibrationVelocity', '"12.5"', 12.5],
  ['vibrationVelocity', '" -3e-2 "', -0.03],
  ['running', '"ON"', true],
  ['running', '"false"', false],
])('text that is a value is taken for it: %s %s', (field, text, value) => {
  const { readings, refusals } = map('fan', `{"ts":1000,"${field}":${text}}`);
  expect(refusals).toEqual([]);
  expect(readings.map((reading) => reading.value)).toEqual([value]);
});

test.each(['"12,5"', '"12.5 mm/s"', '"0x10"', '""', '"NaN"', '"Infinity"', '"+1"', '[1]', '{"v":1}'])(
  'no number: %s',
  (text) => {
    expect(map('fan', `{"ts":1000,"vibrationVelocity":${text}}`)).toMatchObject({
      readings: [],
      refusals: [{ reason: 'wrong-type', tag: 'fan.vibrationVelocity' }],
    });
  },
);

test.each([
  ['nonsense', 'fan', '{"ts":1000,', 'json-malformed'],
  ['a text for a number', 'fan', '{"ts":1000,"vibrationVelocity":"high"}', 'wrong-type'],
  ['a number for a switch', 'fan', '{"ts":1000,"running":7}', 'wrong-type'],
  ['no time', 'fan', '{"vibrationVelocity":1}', 'time-malformed'],
  ['a time without zone', 'fan', '{"ts":"2026-11-24 08:00:00","vibrationVelocity":1}', 'time-malformed'],
  ['NaN, which JSON has not', 'fan', '{"ts":1000,"vibrationVelocity":NaN}', 'json-malformed'],
  ['an overflow', 'fan', '{"ts":1000,"vibrationVelocity":1e999}', 'not-finite'],
  ['nothing that is mapped', 'fan', '{"ts":1000,"other":1}', 'no-known-field'],
  ['null without a status', 'fan', '{"ts":1000,"vibrationVelocity":null}', 'value-missing'],
  ['a topic of nobody', 'pump', '{"ts":1000}', 'unknown-topic'],
  ['a bare number', 'fan', '12', 'time-malformed'],
])('refused with its reason: %s', (_what, topic, payload, reason) => {
  const { readings, refusals } = map(topic, payload);
  expect(readings).toEqual([]);
  expect(refusals).toEqual([expect.objectContaining({ reason, where: topic, payload, from: 'shop' })]);
});

test('the good part of a message survives its bad part', () => {
  const { readings, refusals } = map('fan', '{"ts":1000,"vibrationVelocity":"x","running":true}');
  expect(readings.map((r) => r.tag)).toEqual(['fan.running']);
  expect(refusals.map((r) => r.tag)).toEqual(['fan.vibrationVelocity']);
});

test.each([
  [1_700_000_000, 's', 1_700_000_000_000, 0],
  [1_700_000_000.25, 's', 1_700_000_000_250, 0],
  [1_700_000_000_123, undefined, 1_700_000_000_123, 0],
  ['1700000000123456789', 'ns', 1_700_000_000_123, 456_789],
  ['1700000000123', undefined, 1_700_000_000_123, 0],
  ['2023-11-14T22:13Z', undefined, 1_699_999_980_000, 0],
  ['2023-11-14T22:13:20,5+00:00', undefined, 1_700_000_000_500, 0],
  [1_700_000_000_123_456, 'us', 1_700_000_000_123, 456_000],
] as const)('time %s in %s', (field, unit, timeMs, timeNs) => {
  expect(payloadInstant(field, unit)).toEqual({ timeMs, timeNs });
});

test.each([-5, 1e17, '9e9', 'Tue, 14 Nov 2023 22:13:20 GMT', '2023-13-14T22:13:20Z', Number.NaN])(
  'no time: %s',
  (field) => {
    expect(payloadInstant(field, undefined)).toBeUndefined();
  },
);

test.each([
  ['a/+/c', 'a/b/c', true],
  ['a/#', 'a', true],
  ['a/#', 'a/b/c', true],
  ['a/+', 'a/b/c', false],
  ['#', '$SYS/x', false],
  ['a', 'a/b', false],
])('filter %s against %s', (filter, topic, expected) => {
  expect(matchesFilter(filter, topic)).toBe(expected);
});

test('a message that is one bare value', () => {
  const { plant: bare, file: bareFile } = plantOfAssets(`
  - id: oven
    nature: generic
    source: shop
    base: oven/
    tags: { temperature: { address: 'temp#', unit: °C }, on: { address: 'on#', kind: boolean }, mode: { address: 'mode#', kind: text } }
`);
  const bareMapping = new JsonMapping('shop', bareFile.sources.shop as MqttSourceFile, bare.tags);
  const take = (topic: string, payload: string) => {
    const { readings, refusals } = bareMapping.map(topic, Buffer.from(payload), 5000);
    return readings[0] ? [readings[0].value, readings[0].timeMs] : refusals[0]?.reason;
  };
  expect(take('oven/temp', '21.5')).toEqual([21.5, 5000]);
  expect(take('oven/temp', '"21.5"')).toEqual([21.5, 5000]);
  expect(take('oven/temp', 'hot')).toBe('wrong-type');
  expect(take('oven/temp', '')).toBe('wrong-type');
  expect(take('oven/on', 'ON')).toEqual([true, 5000]);
  expect(take('oven/mode', 'Heizen')).toEqual(['Heizen', 5000]);
});

test('a level of the topic may be any, for live readings and for history; an exact topic goes before', () => {
  const { plant: wild, file: wildFile } = plantOf(`
version: 1
site: { id: demo, name: Demo, timeZone: Asia/Shanghai }
sources: { shop: { kind: mqtt, time: { pointer: /ts } } }
areas:
  - id: a
    lines:
      - id: l
        assets:
          - { id: fan, nature: rotating-machine, source: shop, base: 'gateways/+/fan#/', tags: { vibrationVelocity: } }
          - { id: spare, nature: rotating-machine, source: shop, base: 'gateways/spare/fan#/', tags: { vibrationVelocity: } }
`);
  const wildMapping = new JsonMapping('shop', wildFile.sources.shop as MqttSourceFile, wild.tags);
  const payload = Buffer.from('{"ts":1700000000000,"vibrationVelocity":2}');
  const tagsOf = (topic: string) =>
    wildMapping.map(topic, payload, 0).readings.map(({ tag, origin }) => `${tag} ${origin}`);
  expect(wildMapping.filters).toContain('gateways/+/fan');
  expect(tagsOf('gateways/7f/fan')).toEqual(['fan.vibrationVelocity live']);
  expect(tagsOf('gateways/8a/fan/history')).toEqual(['fan.vibrationVelocity history']);
  expect(tagsOf('gateways/spare/fan')).toEqual(['spare.vibrationVelocity live']);
  expect(wildMapping.map('gateways/fan', payload, 0).refusals).toMatchObject([{ reason: 'unknown-topic' }]);
});

test('of a list, what is refused is the one record, not the whole message: it can be mended and sent alone', () => {
  const good = { ts: '2026-11-24T08:00:00Z', running: true };
  const wrong = { ts: '2026-11-24T08:00:01Z', running: 'perhaps' };
  const { readings, refusals } = map('fan/history', JSON.stringify({ records: [good, wrong, good] }));
  expect(readings).toHaveLength(2);
  expect(refusals.map(({ payload, where }) => [where, payload])).toEqual([
    ['fan/history', JSON.stringify(wrong)],
  ]);
  expect(map('fan', JSON.stringify(wrong)).refusals[0]?.payload).toBe(JSON.stringify(wrong));
});

test.each(['2026-02-30T10:00:00Z', '2026-04-31T10:00:00Z', '2026-13-01T10:00:00Z'])(
  '%s is no time, and not one in the next month',
  (text) => {
    expect(payloadInstant(text, undefined)).toBeUndefined();
  },
);
