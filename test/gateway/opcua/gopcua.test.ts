import { afterAll, describe, expect, onTestFinished, test, vi } from 'vitest';
import type { OpcuaSourceFile } from '../../../plant/source-schema.ts';
import { gopcuaNamespace, hasGopcua, startGopcua } from '../../peers/gopcua.ts';
import { removeTemporaryFolders, temporaryFolder } from '../../peers/opcua-server.ts';
import { opcuaTag, RecordingSink, testSource } from './harness.ts';

const patience = { timeout: 25_000, interval: 50 };
const tags = [
  opcuaTag('counter', `nsu=${gopcuaNamespace};s=Counter`),
  opcuaTag('temperature', `/Objects/${gopcuaNamespace}/Temperature`),
  opcuaTag('running', `/Objects/${gopcuaNamespace}/Running`, { kind: 'boolean' }),
  opcuaTag('name', `nsu=${gopcuaNamespace};s=Name`, { kind: 'text' }),
  opcuaTag('nowhere', `/Objects/${gopcuaNamespace}/Nothing`),
];
const noSecurity: Partial<OpcuaSourceFile> = { security: { policy: 'None', mode: 'None' } };

async function started(url: string) {
  const sink = new RecordingSink();
  const source = testSource({ url, tags, pkiFolder: temporaryFolder('gopcua-client'), config: noSecurity });
  onTestFinished(() => source.stop());
  await source.start(sink);
  await vi.waitFor(() => expect(sink.of('counter').length).toBeGreaterThan(3), patience);
  return { source, sink };
}

/** A counter value newer than anything it has seen so far. */
async function untilNewer(sink: RecordingSink): Promise<void> {
  const seen = Number(sink.last('counter')?.value);
  await vi.waitFor(() => expect(Number(sink.last('counter')?.value)).toBeGreaterThan(seen + 1), patience);
}

describe.runIf(hasGopcua())('gopcua: a server with few services', { timeout: 60_000 }, () => {
  afterAll(removeTemporaryFolders);

  test('values by node id and, walked by Browse, by browse path', async () => {
    const server = await startGopcua();
    onTestFinished(() => server.kill());
    const { source, sink } = await started(server.url);
    await vi.waitFor(() => expect(sink.last('temperature')?.value).toBe(61.5), patience);
    expect(sink.last('running')?.value).toBe(true);
    expect(sink.last('name')?.value).toBe('Pump 7');
    expect(sink.last('counter')?.timeMs).toBe(Number(sink.last('counter')?.value) * 200);
    expect(source.conditions().get('plc.nowhere')).toBe('quarantined');
    expect(source.health().counters.quarantined).toBe(1);
  });

  test('a restart: live values come again', async () => {
    const first = await startGopcua();
    onTestFinished(() => first.kill());
    const { source, sink } = await started(first.url);
    await first.kill();
    await vi.waitFor(() => expect(source.health().state).toBe('down'), patience);
    const second = await startGopcua(first.port);
    onTestFinished(() => second.kill());
    await untilNewer(sink);
    expect(source.health().counters.reconnects).toBeGreaterThan(0);
  });
});
