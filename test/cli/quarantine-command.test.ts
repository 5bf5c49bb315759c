import { connectAsync } from 'mqtt';
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { register } from '../../cli/quarantine.ts';
import type { Item } from '../../cli/quarantine-access.ts';
import { openLocalState } from '../../store/local-state.ts';
import {
  device,
  freePort,
  newDataFolder,
  startTestPlatform,
  type TestPlatform,
} from '../e2e/test-platform.ts';
import { embeddedBroker, plantText } from '../plant-of.ts';
import { printedBy } from '../run-command.ts';

const refusal = {
  ...{
    reason: 'kind-mismatch',
    message: 'Expected a number',
    from: 'gateway:dev',
    tag: 'fan.vibrationVelocity',
  },
  ...{ where: 'fan.vibrationVelocity' },
};

const plantscope = (...args: string[]): Promise<string> => printedBy(register, ['quarantine', ...args]);

beforeEach(() => {
  vi.spyOn(process.stderr, 'write').mockReturnValue(true);
});

describe('beside a running platform', () => {
  let platform: TestPlatform;
  let port: number;
  const access = (): string[] => ['--url', platform.url, '--data', platform.folder.root];
  const list = async (...args: string[]): Promise<Item[]> =>
    JSON.parse(await plantscope('list', '--json', ...args, ...access())) as Item[];
  const latest = () => platform.get<{ value: number }[]>('/api/v1/latest?tags=fan.vibrationVelocity');

  beforeAll(async () => {
    port = await freePort();
    platform = await startTestPlatform(
      plantText(
        '  - { id: fan, nature: rotating-machine, source: shop, base: fan#/, tags: { vibrationVelocity: } }',
        { sections: embeddedBroker(port) },
      ),
    );
  }, 60_000);
  afterAll(() => platform?.stop());

  test('a message that was no JSON is listed, shown, mended, replayed, and then it is stored and gone', async () => {
    const { devicePassword: password } = platform;
    const client = await connectAsync(`mqtt://127.0.0.1:${port}`, { username: device.username, password });
    await client.publishAsync('fan', '{"ts": 17, "vibrationVelocity": ', { qos: 1 });
    await client.endAsync();
    const [item] = await list('--source', 'shop');
    expect(item).toMatchObject({ from: 'shop', where: 'fan', count: 1 });
    const id = String(item?.id);
    expect(JSON.parse(await plantscope('show', id, ...access()))).toEqual(item);
    expect(await plantscope('list', '--groups', ...access())).toContain(`${item?.reason},shop,1,1,`);
    const mended = JSON.stringify({ ts: Date.now(), vibrationVelocity: 2.5 });
    await plantscope('replay', id, '--payload', mended, ...access());
    await vi.waitFor(async () => expect(await latest()).toMatchObject([{ value: 2.5 }]), 5000);
    expect(await list()).toEqual([]);
  });

  test('a reading text is replayed into the store; one that is still wrong comes back as a new item', async () => {
    const state = openLocalState(platform.folder.root);
    const time = new Date(Date.now() + 1000).toISOString();
    const payload = JSON.stringify({ tag: refusal.tag, time, value: '3.5' });
    await state.quarantine.put([{ ...refusal, payload }]);
    const [first] = await list();
    await plantscope('replay', String(first?.id), ...access());
    const [second] = await list();
    expect(second).toMatchObject({ reason: 'kind-mismatch', from: 'replay' });
    await plantscope('replay', String(second?.id), '--payload', payload.replace('"3.5"', '3.5'), ...access());
    await vi.waitFor(async () => expect(await latest()).toMatchObject([{ value: 3.5 }]), 5000);
    expect(await list()).toEqual([]);
    await state.close();
  });

  test('an item that is gone already keeps nobody from the others, and is named', async () => {
    const state = openLocalState(platform.folder.root);
    await state.quarantine.put([1, 2].map((n) => ({ ...refusal, payload: `{"odd": ${n}}` })));
    const [last, first] = await list();
    const ids = [String(last?.id), '999999', String(first?.id)];
    await expect(plantscope('discard', ...ids, ...access())).rejects.toMatchObject({
      code: 'not-found',
      message: expect.stringContaining('999999'),
    });
    expect(await list()).toEqual([]);
    await state.close();
  });

  test('what can not be read again stays, says why, and can be discarded', async () => {
    const state = openLocalState(platform.folder.root);
    await state.quarantine.put([{ ...refusal, payload: 'DataValue: ...' }]);
    const [item] = await list();
    const id = String(item?.id);
    await expect(plantscope('replay', id, ...access())).rejects.toMatchObject({ code: 'replay-impossible' });
    await expect(plantscope('replay', id, '--payload', '{"tag": 1}', ...access())).rejects.toMatchObject({
      code: 'reading-malformed',
    });
    expect(await list()).toHaveLength(1);
    await plantscope('discard', id, ...access());
    await expect(plantscope('discard', id, ...access())).rejects.toMatchObject({ code: 'not-found' });
    expect(await list()).toEqual([]);
    await state.close();
  });

  test('a wrong token is refused', async () => {
    const token = ['--token', 'wrong'];
    await expect(plantscope('list', ...access(), ...token)).rejects.toMatchObject({ code: 'unauthorized' });
  });
});

test('with no platform running it reads the data folder, discards, and refuses to replay', async () => {
  const { root } = newDataFolder();
  const state = openLocalState(root);
  await state.quarantine.put([{ ...refusal, payload: '{}' }]);
  await state.close();
  vi.spyOn(globalThis, 'fetch').mockRejectedValue(new TypeError('refused'));
  const data = ['--data', root];
  expect(await plantscope('list', ...data)).toContain('1,kind-mismatch,gateway:dev,fan.vibrationVelocity');
  await expect(plantscope('replay', '1', ...data)).rejects.toMatchObject({ code: 'platform-not-running' });
  await plantscope('discard', '1', ...data);
  await expect(plantscope('show', '1', ...data)).rejects.toMatchObject({ code: 'not-found' });
  await expect(plantscope('list', '--data', `${root}/none`)).rejects.toMatchObject({
    code: 'data-folder-missing',
  });
  await expect(plantscope('list', '--url', 'http://127.0.0.1:1')).rejects.toMatchObject({
    code: 'platform-unreachable',
  });
  vi.restoreAllMocks();
});

test.each([
  [['list', '--limit', '1001'], 'usage'],
  [['show', 'x'], 'usage'],
  [['replay', '1', '2', '--payload', '{}'], 'usage'],
])('%j is refused', async (args, code) => {
  const { root } = newDataFolder();
  await openLocalState(root).close();
  await expect(plantscope(...args, '--data', root)).rejects.toMatchObject({ code });
});
