import { afterAll, describe, expect, onTestFinished, test, vi } from 'vitest';
import { register } from '../../../cli/opcua.ts';
import { applicationIdentity } from '../../../gateway/opcua/certificates.ts';
import { explainConnectionError } from '../../../gateway/opcua/connection-error.ts';
import type { OpcuaSource } from '../../../gateway/opcua/opcua-source.ts';
import type { OpcuaSourceFile } from '../../../plant/source-schema.ts';
import {
  removeTemporaryFolders,
  startTestServer,
  type TestServer,
  type TestServerOptions,
  temporaryFolder,
} from '../../peers/opcua-server.ts';
import { printedBy } from '../../run-command.ts';
import { clientTrusting, counterTag, RecordingSink, testSource } from './harness.ts';

const patience = { timeout: 40_000, interval: 50 };
const serverPki = temporaryFolder('opcua-server');

async function serve(options: TestServerOptions = {}): Promise<TestServer> {
  const server = await startTestServer({ pkiFolder: serverPki, ...options });
  onTestFinished(() => server.kill());
  return server;
}

async function started(
  servers: readonly TestServer[],
  config: Partial<OpcuaSourceFile> = {},
  tags = [counterTag(0)],
): Promise<{ readonly source: OpcuaSource; readonly sink: RecordingSink }> {
  const sink = new RecordingSink();
  const source = testSource({
    tags,
    pkiFolder: await clientTrusting(...servers),
    config: { endpoints: servers.map(({ url }) => url), ...config },
  });
  onTestFinished(() => source.stop());
  await source.start(sink);
  return { source, sink };
}

const untilValues = (sink: RecordingSink): Promise<void> =>
  vi.waitFor(() => expect(sink.of('counter0').length).toBeGreaterThan(1), patience);

/** Key and certificate of a person, as an X.509 user brings them. */
async function person(): Promise<{ readonly certificateFile: string; readonly privateKeyFile: string }> {
  const { certificateFile, privateKeyFile, store } = await applicationIdentity(
    temporaryFolder('opcua-person'),
  );
  await store.dispose();
  return { certificateFile, privateKeyFile };
}

describe('users with a certificate', { timeout: 120_000 }, () => {
  afterAll(removeTemporaryFolders);

  test('one whom the server trusts reads values; a stranger is refused, and health says why', async () => {
    const server = await serve({ certificateUsers: true, pkiFolder: temporaryFolder('opcua-server') });
    const [known, stranger] = [await person(), await person()];
    await server.command('trustUser', { certificateFile: known.certificateFile });
    const { sink } = await started([server], { user: known });
    await untilValues(sink);
    const refused = await started([server], { user: stranger });
    await vi.waitFor(
      () => expect(refused.source.health().lastError?.remedy ?? '').toContain('"user"'),
      patience,
    );
    expect(refused.source.health().state).toBe('down');
    expect(refused.sink.readings).toEqual([]);
  });
});

describe('plantscope opcua as a user', { timeout: 120_000 }, () => {
  const plantscope = (...args: string[]): Promise<string> => printedBy(register, ['opcua', ...args]);

  test('a certificate lets one browse whom the server trusts; a stranger is refused, half an identity named', async () => {
    const server = await serve({ certificateUsers: true, pkiFolder: temporaryFolder('opcua-server') });
    const [known, stranger] = [await person(), await person()];
    await server.command('trustUser', { certificateFile: known.certificateFile });
    const data = temporaryFolder('opcua-cli');
    await plantscope('trust', server.url, '--yes', '--data', data);
    const browse = (...as: string[]) =>
      plantscope('browse', server.url, '--depth', '1', '--data', data, ...as);
    const asUser = ({ certificateFile, privateKeyFile }: typeof known) =>
      browse('--user-certificate', certificateFile, '--user-key', privateKeyFile);
    expect(await asUser(known)).toContain('Plant');
    await expect(asUser(stranger)).rejects.toMatchObject({ code: 'opcua-user-refused' });
    await expect(browse()).rejects.toMatchObject({ code: 'opcua-user-kind' });
    await expect(browse('--user-certificate', known.certificateFile)).rejects.toMatchObject({
      code: 'usage',
    });
  });

  test.each(['Certificate (X509)', 'USERNAME', 'ANONYMOUS'])(
    '%s at a server that takes none such is not told as a certificate it does not trust',
    async (kind) => {
      const identity = await applicationIdentity(temporaryFolder('opcua-own'));
      await identity.store.dispose();
      // As the protocol stack says it.
      const said = new Error(`Cannot find ${kind} user token policy in end point description`);
      const { code, hint } = explainConnectionError(said, 'opc.tcp://press:4840', identity);
      expect([code, hint]).toEqual([
        'opcua-user-kind',
        expect.stringContaining('plantscope opcua endpoints'),
      ]);
    },
  );
});

describe('redundant servers', { timeout: 120_000 }, () => {
  test('the healthiest is read; another takes over when it does better, and when ours is gone', async () => {
    const [first, second] = [await serve({ serviceLevel: 150 }), await serve({ serviceLevel: 255 })];
    const { source, sink } = await started([first, second]);
    const untilOn = ({ url }: TestServer): Promise<void> =>
      vi.waitFor(() => expect(source.health().summary).toContain(url), patience);
    await untilValues(sink);
    await untilOn(second);
    await second.command('serviceLevel', { level: 100 });
    await untilOn(first);
    expect(source.health().lastError?.message).toContain('ServiceLevel 150');
    await first.kill();
    await untilOn(second);
    const seen = sink.readings.length;
    await vi.waitFor(() => expect(sink.readings.length).toBeGreaterThan(seen), patience);
  });
});

describe('a server that takes less than it says', { timeout: 120_000 }, () => {
  test('all tags are read in smaller calls, and health counts it', async () => {
    const limits = {
      ...{ maxNodesPerRead: 20, maxMonitoredItemsPerCall: 20, maxNodesPerBrowse: 20 },
      maxNodesPerTranslateBrowsePathsToNodeIds: 20,
    };
    const server = await serve({
      limits,
      statedLimit: 10_000,
      counters: 300,
      history: false,
      intervalMs: 60_000,
    });
    const tags = Array.from({ length: 300 }, (_, index) => counterTag(index));
    const { source, sink } = await started([server], {}, tags);
    await vi.waitFor(
      () => expect(new Set(sink.readings.map(({ tag }) => tag)).size).toBe(tags.length),
      patience,
    );
    const { quarantined, limitsBelowStated } = source.health().counters;
    expect(quarantined).toBe(0);
    expect(limitsBelowStated).toBeGreaterThan(0);
  });
});
