import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { MessageSecurityMode, SecurityPolicy } from 'node-opcua';
import { afterAll, beforeAll, describe, expect, onTestFinished, test, vi } from 'vitest';
import { chooseEndpoint, isDeprecated, securityChoice } from '../../../gateway/opcua/security.ts';
import type { OpcuaSourceFile } from '../../../plant/source-schema.ts';
import {
  removeTemporaryFolders,
  startTestServer,
  type TestServer,
  temporaryFolder,
} from '../../peers/opcua-server.ts';
import { clientTrusting, counterTag, opcuaTag, RecordingSink, testNamespace, testSource } from './harness.ts';

type Security = NonNullable<OpcuaSourceFile['security']>;
const security = (
  policy: NonNullable<Security['policy']>,
  mode: NonNullable<Security['mode']>,
): Security => ({ policy, mode });

const patience = { timeout: 30_000, interval: 50 };
const user = { name: 'gateway', password: 'only for this test' };

afterAll(removeTemporaryFolders);

describe('security', { timeout: 60_000 }, () => {
  let server: TestServer;
  let passwordFile: string;
  const folder = temporaryFolder('opcua-user');

  beforeAll(async () => {
    // It offers no security, too: a client could be tempted.
    server = await startTestServer({ openSecurity: true, intervalMs: 1_000, user });
    passwordFile = join(folder, 'password');
    writeFileSync(passwordFile, `${user.password}\n`);
  });
  afterAll(async () => {
    await server.kill();
  });

  async function started(config: Partial<OpcuaSourceFile>, pkiFolder?: string, tags = [counterTag(0)]) {
    const sink = new RecordingSink();
    const source = testSource({
      url: server.url,
      tags,
      pkiFolder: pkiFolder ?? (await clientTrusting(server)),
      config: { user: { name: user.name, passwordFile }, ...config },
    });
    onTestFinished(() => source.stop());
    await source.start(sink);
    return { source, sink };
  }

  test.each([
    ['Basic256Sha256', 'SignAndEncrypt'],
    ['Basic256Sha256', 'Sign'],
    ['Aes128_Sha256_RsaOaep', 'SignAndEncrypt'],
    ['Aes128_Sha256_RsaOaep', 'Sign'],
    ['Aes256_Sha256_RsaPss', 'SignAndEncrypt'],
    ['Aes256_Sha256_RsaPss', 'Sign'],
    ['None', 'None'],
  ] as const)('values come by %s, %s, with a user and password', async (policy, mode) => {
    const { sink } = await started({ security: security(policy, mode) });
    await vi.waitFor(() => expect(sink.of('counter0').length).toBeGreaterThan(1), patience);
  });

  test('a wrong password gives no value, and health says why', async () => {
    const wrong = join(folder, 'wrong');
    writeFileSync(wrong, 'guessed\n');
    const { source, sink } = await started({ user: { name: user.name, passwordFile: wrong } });
    await vi.waitFor(() => expect(source.health().lastError?.message ?? '').not.toBe(''), patience);
    expect(source.health().state).toBe('down');
    expect(`${source.health().lastError?.message} ${source.health().lastError?.remedy}`).toMatch(
      /user|password/i,
    );
    expect(sink.readings).toEqual([]);
  });

  test('an untrusted certificate is refused, and the message names the command', async () => {
    const { source, sink } = await started({}, temporaryFolder('opcua-stranger'));
    await vi.waitFor(
      () => expect(source.health().lastError?.message ?? '').toContain('not trusted'),
      patience,
    );
    expect(source.health().lastError?.remedy).toContain(`plantscope opcua trust ${server.url}`);
    expect(sink.readings).toEqual([]);
  });

  test('a policy the server does not offer is never replaced by another', async () => {
    const { source, sink } = await started({ security: security('Basic256', 'SignAndEncrypt') });
    await vi.waitFor(
      () => expect(source.health().lastError?.message ?? '').toContain('does not offer'),
      patience,
    );
    expect(source.health().lastError?.remedy).toContain('nothing weaker');
    expect(sink.readings).toEqual([]);
  });

  test('a deadband is filtered by the server: small changes stay there, status changes and large ones come', async () => {
    const setpoint = opcuaTag('setpoint', `nsu=${testNamespace};s=Setpoint`, {
      deadband: { kind: 'absolute', value: 5 },
    });
    const percent = opcuaTag('temperature', `nsu=${testNamespace};s=Temperature`, {
      ...{ range: [0, 200], deadband: { kind: 'percent', value: 10 } },
    });
    const { sink } = await started({}, undefined, [setpoint, percent]);
    await vi.waitFor(
      () => expect([sink.of('setpoint').length, sink.of('temperature').length]).toEqual([1, 1]),
      patience,
    );
    for (const value of [21, 24, 30]) await server.command('write', { name: 'Setpoint', value });
    for (const value of [90, 101, 105]) await server.command('write', { name: 'Temperature', value });
    await vi.waitFor(() => expect(sink.last('setpoint')?.value).toBe(30), patience);
    await vi.waitFor(() => expect(sink.last('temperature')?.value).toBe(105), patience);
    expect(sink.of('setpoint').map(({ value }) => value)).toEqual([20, 30]);
    expect(sink.of('temperature').map(({ value }) => value)).toEqual([81.5, 105]);
  });
});

test('10,000 nodes on a server that takes 1,000 in a call: all are read', { timeout: 120_000 }, async () => {
  const limits = {
    maxNodesPerRead: 1_000,
    maxMonitoredItemsPerCall: 1_000,
    maxNodesPerTranslateBrowsePathsToNodeIds: 1_000,
  };
  const server = await startTestServer({ limits, counters: 10_000, intervalMs: 60_000, history: false });
  onTestFinished(() => server.kill());
  const tags = Array.from({ length: 10_000 }, (_, index) => counterTag(index));
  const sink = new RecordingSink();
  const source = testSource({ url: server.url, tags, pkiFolder: await clientTrusting(server) });
  onTestFinished(() => source.stop());
  await source.start(sink);
  await vi.waitFor(() => expect(new Set(sink.readings.map(({ tag }) => tag)).size).toBe(10_000), {
    ...patience,
    timeout: 90_000,
  });
  expect(source.health().counters).toMatchObject({ quarantined: 0, polled: 0 });
});

describe('what is asked for', () => {
  test('without a word it is Basic256Sha256, signed and encrypted', () => {
    expect(securityChoice({})).toEqual({
      policy: SecurityPolicy.Basic256Sha256,
      mode: MessageSecurityMode.SignAndEncrypt,
    });
  });

  test('a policy and a mode that contradict each other are refused', () => {
    expect(() => securityChoice({ security: security('Basic256Sha256', 'None') })).toThrow('contradict');
    expect(() => securityChoice({ security: security('None', 'Sign') })).toThrow('contradict');
  });

  test.each(['Basic256', 'Basic128Rsa15'] as const)(
    '%s is known as deprecated, and used only where named',
    (policy) => {
      expect(isDeprecated(SecurityPolicy[policy])).toBe(true);
      expect(securityChoice({}).policy).not.toBe(SecurityPolicy[policy]);
      expect(securityChoice({ security: security(policy, 'Sign') }).policy).toBe(SecurityPolicy[policy]);
    },
  );

  test('a server without any endpoint is refused with what it offers', () => {
    expect(() => chooseEndpoint([], securityChoice({}), 'opc.tcp://x')).toThrow('does not offer');
  });
});
