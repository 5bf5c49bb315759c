import { afterAll, describe, expect, onTestFinished, test, vi } from 'vitest';
import { removeTemporaryFolders, startTestServer } from '../../peers/opcua-server.ts';
import { clientTrusting, counterTag, RecordingSink, testSource } from './harness.ts';

const soon = { timeout: 20_000, interval: 50 };

describe('events and conditions of an OPC UA server', { timeout: 60_000 }, () => {
  afterAll(removeTemporaryFolders);

  test('an alarm comes in with its type, message and condition; a new session hears what stands, once', async () => {
    const server = await startTestServer({ alarms: true });
    onTestFinished(() => server.kill());
    const sink = new RecordingSink();
    const options = { url: server.url, tags: [counterTag(0)], pkiFolder: await clientTrusting(server) };
    const first = testSource(options);
    await first.start(sink);
    await vi.waitFor(() => expect(sink.of('counter0').length).toBeGreaterThan(1), soon);
    await server.command('write', { name: 'Level', value: 97 });
    await vi.waitFor(() => expect(sink.events.some(({ condition }) => condition?.active)).toBe(true), soon);
    await first.stop();
    const raised = sink.events.find(({ condition }) => condition?.active);
    expect(raised).toMatchObject({
      source: 'plc1',
      type: 'NonExclusiveLimitAlarmType',
      about: expect.stringContaining('Boiler'),
      condition: { name: 'LevelAlarm', retain: true, acknowledged: false },
    });
    expect(Math.abs((raised?.timeMs ?? 0) - Date.now())).toBeLessThan(60_000);

    const second = testSource(options);
    onTestFinished(() => second.stop());
    const later = new RecordingSink();
    await second.start(later);
    await vi.waitFor(() => expect(later.events.length).toBeGreaterThan(0), soon);
    expect(later.events.map(({ condition }) => condition?.name)).toContain('LevelAlarm');
    // The refresh tells of the refresh itself, too: that is no event of the plant.
    expect(later.events.filter(({ type }) => type.startsWith('Refresh'))).toEqual([]);
    const known = new Set(sink.events.map(({ id }) => id));
    expect(later.events.filter(({ id }) => !known.has(id))).toEqual([]);
  });
});
