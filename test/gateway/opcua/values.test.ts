import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import type { OpcuaSource } from '../../../gateway/opcua/opcua-source.ts';
import { statusCodes } from '../../../model/status.ts';
import { removeTemporaryFolders, startTestServer, type TestServer } from '../../peers/opcua-server.ts';
import { clientTrusting, opcuaTag, RecordingSink, testNamespace, testSource } from './harness.ts';

const node = (name: string): string => `nsu=${testNamespace};s=${name}`;
const soon = { timeout: 10_000, interval: 50 };

const tags = [
  opcuaTag('byPath', `/Objects/nsu=${testNamespace};Plant/Counter0`),
  opcuaTag('running', node('Flag'), { kind: 'boolean' }),
  opcuaTag('runningAsNumber', `/Objects/nsu=${testNamespace};Plant/Flag`),
  opcuaTag('label', node('Label'), { kind: 'text' }),
  opcuaTag('title', node('Title'), { kind: 'text' }),
  opcuaTag('when', node('When'), { kind: 'text' }),
  opcuaTag('big', node('Big'), { kind: 'text' }),
  opcuaTag('peak', `${node('Spectrum')}#/1`),
  opcuaTag('spectrum', node('Spectrum'), { kind: 'text' }),
  opcuaTag('mode', node('Mode'), { kind: 'text' }),
  opcuaTag('modeNumber', `/Objects/nsu=${testNamespace};Plant/Mode`),
  opcuaTag('product', 'i=2256#/buildInfo/productName', { kind: 'text' }),
  opcuaTag('temperature', node('Temperature'), {
    unit: 'K',
    sourceUnit: '°C',
    range: [260, 350],
    writable: true,
  }),
  opcuaTag('setpoint', node('Setpoint'), { unit: 'kW', sourceUnit: 'W', multiplier: 2, writable: true }),
  opcuaTag('readOnly', `/Objects/nsu=${testNamespace};Plant/Setpoint`),
  opcuaTag('picture', node('Picture')),
  opcuaTag('beyond', `${node('Spectrum')}#/9`),
  opcuaTag('missing', node('Nowhere')),
  opcuaTag('foreign', 'nsu=urn:nobody;s=X'),
];

describe('values of an encrypted server', () => {
  let server: TestServer;
  let source: OpcuaSource;
  const sink = new RecordingSink();

  beforeAll(async () => {
    server = await startTestServer({ alarms: true });
    source = testSource({ url: server.url, tags, pkiFolder: await clientTrusting(server) });
    await source.start(sink);
    await vi.waitFor(() => expect(sink.last('setpoint')).toBeDefined(), soon);
  });
  afterAll(async () => {
    await source.stop();
    await server.kill();
    removeTemporaryFolders();
  });

  test.each([
    ['running', true],
    ['runningAsNumber', 1],
    ['label', 'Ofen 1'],
    ['title', 'Furnace'],
    ['when', '2026-01-02T03:04:05.000Z'],
    ['big', '-2'],
    ['peak', 2.5],
    ['spectrum', '[1.5,2.5,3.5]'],
    ['mode', 'Automatic'],
    ['modeNumber', 2],
    ['product', 'NodeOPCUA-Server'],
    ['temperature', 81.5 + 273.15],
    ['setpoint', 0.04],
  ])('%s is %j', (quantity, value) => {
    const reading = sink.last(quantity);
    if (typeof value === 'number') expect(reading?.value).toBeCloseTo(value, 9);
    else expect(reading?.value).toBe(value);
  });

  test('a browse path finds the node, and its source time and origin are kept', async () => {
    await vi.waitFor(() => expect(sink.of('byPath').length).toBeGreaterThan(3), soon);
    const reading = sink.last('byPath');
    expect(reading?.origin).toBe('live');
    expect(reading?.timeMs).toBe((reading?.value as number) * 200);
  });

  test('a value outside the range is kept and marked', () => {
    expect(sink.last('temperature')?.status).toBe(statusCodes.uncertainEngineeringUnitsExceeded);
  });

  test('a change of status alone is a reading', async () => {
    await server.command('write', { name: 'Temperature', status: 'UncertainSensorNotAccurate' });
    await vi.waitFor(
      () => expect(sink.last('temperature')?.status).toBe(statusCodes.uncertainSensorNotAccurate),
      soon,
    );
  });

  test('nodes that are no number, do not exist, or end inside are set aside, each with its reason; the rest go on', async () => {
    await vi.waitFor(() => expect(source.conditions().get('plc.picture')).toBe('quarantined'), soon);
    for (const quantity of ['beyond', 'missing', 'foreign']) {
      expect(source.conditions().get(`plc.${quantity}`)).toBe('quarantined');
    }
    const reasons = sink.refusals.map(({ tag, reason, message }) => `${tag} ${reason} ${message}`).join('\n');
    expect(reasons).toContain('plc.picture value-unsupported');
    expect(reasons).toContain('the value has no "9"');
    expect(reasons).toMatch(/plc\.missing node-unavailable .*BadNodeIdUnknown/);
    expect(source.health()).toMatchObject({ state: 'degraded', counters: { quarantined: 4 } });
    const before = sink.of('byPath').length;
    await vi.waitFor(() => expect(sink.of('byPath').length).toBeGreaterThan(before + 3), soon);
  });

  test('a write goes out in the unit and type of the node, and is read back', async () => {
    await source.write('plc.setpoint', 0.05);
    expect(await server.command('value', { name: 'Setpoint' })).toBeCloseTo(25, 4);
    await vi.waitFor(() => expect(sink.last('setpoint')?.value).toBeCloseTo(0.05, 6), soon);
  });

  test.each([
    ['plc.readOnly', 1, /not marked writable/],
    ['plc.unknown', 1, /no such tag/],
    ['plc.temperature', 1_000, /outside the range/],
    ['plc.setpoint', 'warm', /can't hold/],
  ])('a write to %s of %j is refused', async (tag, value, message) => {
    await expect(source.write(tag, value)).rejects.toMatchObject({
      code: 'write-refused',
      message: expect.stringMatching(message),
    });
  });

  test('an alarm of the device comes in as an event, with its condition', async () => {
    await server.command('write', { name: 'Level', value: 97 });
    await vi.waitFor(() => expect(sink.events.some(({ condition }) => condition?.active)).toBe(true), soon);
    const event = sink.events.find(({ condition }) => condition?.active);
    expect(event).toMatchObject({ source: 'plc1', condition: { name: 'LevelAlarm', retain: true } });
    expect(event?.severity).toBeGreaterThan(0);
  });

  test('the clock of the source is measured', () => {
    expect(Math.abs(source.health().clockSkewMs ?? Number.NaN)).toBeLessThan(500);
  });
});
