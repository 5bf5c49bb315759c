import { expect, test } from 'vitest';
import { parseInfluxLine } from '../../../gateway/mqtt/influx-line.ts';
import { InfluxLineMapping } from '../../../gateway/mqtt/influx-line-mapping.ts';
import type { MqttSourceFile } from '../../../plant/source-schema.ts';
import { plantOf } from '../../plant-of.ts';

const { plant, file } = plantOf(`
version: 1
site: { id: demo, name: Demo, timeZone: Asia/Shanghai }
sources:
  telegraf: { kind: mqtt, format: influx-line }
areas:
  - id: a
    lines:
      - id: l
        assets:
          - id: m1
            nature: electricity-meter
            source: telegraf
            base: 'hall#electricity,meter=m1 '
            tags: { activeEnergyTotal: { address: energy }, activePower: { address: power } }
          - id: fan
            nature: rotating-machine
            source: telegraf
            base: 'hall#fan '
            tags: { vibrationVelocity: , running: }
`);
const mapping = new InfluxLineMapping('telegraf', file.sources.telegraf as MqttSourceFile, plant.tags);
const map = (text: string, topic = 'hall') => mapping.map(topic, Buffer.from(text), 42);

test('lines of several series in one message, to the nanosecond', () => {
  const { readings, refusals } = map(
    'electricity,host=x,meter=m1 energy=12i,power=3.5 1700000000123456789\n' +
      'electricity,meter=m2 energy=99i 1700000000123456789\n# a comment\n\nfan vibrationVelocity=1.25,running=t\n',
  );
  expect(refusals).toEqual([]);
  expect(readings.map(({ tag, value, timeMs, timeNs }) => [tag, value, timeMs, timeNs])).toEqual([
    ['m1.activeEnergyTotal', 12, 1_700_000_000_123, 456_789],
    ['m1.activePower', 3.5, 1_700_000_000_123, 456_789],
    ['fan.vibrationVelocity', 1.25, 42, 0],
    ['fan.running', true, 42, 0],
  ]);
});

test('escapes, strings with blanks, commas and line ends', () => {
  const parsed = parseInfluxLine('my\\ m,t\\=1=a\\,b s="x, \\"y\\"\nz",n=-1e3,u=7u 5');
  expect(parsed).toEqual({
    measurement: 'my m',
    tags: new Map([['t=1', 'a,b']]),
    fields: new Map<string, unknown>([
      ['s', 'x, "y"\nz'],
      ['n', -1000],
      ['u', 7],
    ]),
    time: '5',
  });
});

test.each([
  'fan',
  'fan running',
  'fan running=maybe',
  'fan vibrationVelocity=1 later',
  'fan ,a=1 1',
  '',
  'fan a=1i2 1',
  'fan a="x 1',
  'fan vibrationVelocity=1 -5',
])('no line: %j', (text) => {
  expect(map(text)).toEqual({
    readings: [],
    refusals: [expect.objectContaining({ reason: 'line-malformed' })],
  });
});

test('the good line beside a bad one is kept, a text for a number refused', () => {
  const { readings, refusals } = map('fan running\nfan vibrationVelocity="high" 1\nfan running=false 1');
  expect(readings.map(({ tag }) => tag)).toEqual(['fan.running']);
  expect(refusals.map(({ reason }) => reason)).toEqual(['line-malformed', 'wrong-type']);
});
