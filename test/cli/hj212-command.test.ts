import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Command } from 'commander';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { register } from '../../cli/hj212.ts';
import { encodeFrame } from '../../gateway/hj212/protocol/encode.ts';
import { SiteLink } from '../../gateway/hj212/protocol/site-link.ts';
import { freePort } from '../e2e/test-platform.ts';
import { ChaosPlatform, peace } from '../gateway/hj212/uplink/chaos-platform.ts';
import { patiently } from '../patiently.ts';

let told: string;
let printed: string;
const stops: (() => Promise<void> | void)[] = [];
beforeEach(() => {
  told = '';
  printed = '';
  vi.spyOn(process.stderr, 'write').mockImplementation((text) => {
    told += text;
    return true;
  });
  vi.spyOn(process.stdout, 'write').mockImplementation((text) => {
    printed += text;
    return true;
  });
});
afterEach(async () => {
  vi.restoreAllMocks();
  process.exitCode = undefined;
  for (const stop of stops.splice(0).reverse()) await stop();
});

async function hj212(...args: string[]): Promise<void> {
  const program = new Command().exitOverride();
  register(program);
  await program.parseAsync(['node', 'plantscope', 'hj212', ...args]);
}

const message = (QN: string, Flag = '5') => ({
  ...{ QN, ST: '31', CN: '2011', PW: '123456', MN: 'A1', Flag },
  cp: 'DataTime=20260101000000;a1-Rtd=1',
});
const frame = (QN: string, Flag = '5') => encodeFrame(message(QN, Flag));

function fileOf(...parts: Buffer[]): string {
  const path = join(mkdtempSync(join(tmpdir(), 'plantscope-hj212-')), 'frames.bin');
  writeFileSync(path, Buffer.concat(parts));
  return path;
}

const lines = () =>
  printed
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Record<string, unknown>);

test('send plays a file: each frame as its bytes are, until it is acknowledged', async () => {
  const platform = await ChaosPlatform.start(() => 0.5, peace);
  stops.push(() => platform.stop());
  const file = fileOf(frame('1'), Buffer.from('noise ##12x'), frame('2'), frame('3', '4'));
  await hj212('send', file, '--to', `127.0.0.1:${platform.port}`, '--timeout', '30');
  expect(lines()).toMatchObject([
    { QN: '1', kind: 'acknowledged' },
    { ok: false, code: 'header' },
    { QN: '2', kind: 'acknowledged' },
    { QN: '3', kind: 'acknowledged' },
  ]);
  await patiently(() => expect(platform.received.map(({ QN }) => QN)).toEqual(['1', '2', '3']));
  expect(told).toContain('3 acknowledged, 0 refused, 0 without an answer');
  expect(process.exitCode).toBeUndefined();
});

test('send says what was refused, by its exit code too', async () => {
  const platform = await ChaosPlatform.start(() => 0.5, peace);
  stops.push(() => platform.stop());
  platform.refused.add('A1');
  await hj212('send', fileOf(frame('1')), '--to', `127.0.0.1:${platform.port}`, '--timeout', '30');
  expect(lines()).toEqual([{ QN: '1', CN: '2011', MN: 'A1', kind: 'refused', code: '2' }]);
  expect(process.exitCode).toBe(1);
});

test('send to a port where nobody listens is told', async () => {
  const to = `127.0.0.1:${await freePort()}`;
  await expect(hj212('send', fileOf(frame('1')), '--to', to, '--timeout', '0.2')).rejects.toMatchObject({
    code: 'hj212-unreachable',
  });
});

test('listen prints and acknowledges what arrives, until it is stopped', async () => {
  const port = await freePort();
  const listening = hj212('listen', '--port', String(port));
  await patiently(() => expect(told).toContain(`Listening on 127.0.0.1:${port}`));
  const link = new SiteLink({ host: '127.0.0.1', port, edition: '2017', overTimeMs: 30_000 });
  link.start();
  await link.connected();
  expect(await link.upload(message('1'))).toEqual({ kind: 'acknowledged' });
  expect(lines()).toMatchObject([{ ok: true, QN: '1', MN: 'A1', items: { a1: { Rtd: '1' } } }]);
  link.stop();
  process.emit('SIGINT');
  await listening;
});

test('decode and encode are the way there and back', async () => {
  const bytes = Buffer.concat([frame('1'), frame('2')]);
  await hj212('decode', fileOf(bytes));
  const json = printed;
  printed = '';
  vi.mocked(process.stdout.write).mockImplementation((chunk) => {
    printed += Buffer.from(chunk as Uint8Array).toString('latin1');
    return true;
  });
  await hj212('encode', fileOf(Buffer.from(json)));
  expect(printed).toBe(bytes.toString('latin1'));
});
