import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Command } from 'commander';
import { expect, onTestFinished, test } from 'vitest';
import { register } from '../../cli/waveform.ts';
import { floatFile } from '../equipment/run-analyse.ts';
import { temporaryFile } from '../run-command.ts';

/** A platform that writes down what it is sent. */
async function platform(status = 201) {
  const received: { url: string | undefined; authorization: string | undefined; body: unknown }[] = [];
  const server = createServer((request, response) => {
    let text = '';
    request.on('data', (part) => {
      text += part;
    });
    request.on('end', () => {
      received.push({
        url: request.url,
        authorization: request.headers.authorization,
        body: JSON.parse(text),
      });
      const answer =
        status === 201
          ? { id: 'fan-1/vibrationWaveform/1' }
          : { code: 'not-found', detail: 'no such machine' };
      response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(answer));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void server.close());
  return { received, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` };
}

async function run(...args: string[]): Promise<void> {
  const program = new Command().exitOverride().configureOutput({ outputError: () => undefined });
  register(program);
  await program.parseAsync(['waveform', 'import', ...args], { from: 'user' });
}

test('a file goes into the running platform with what is known of it', async () => {
  const { received, url } = await platform();
  const file = floatFile([0.5, -0.25]);
  await run(
    file,
    '--asset',
    'fan-1',
    '--fs',
    '25600',
    '--rpm',
    '1480',
    '--direction',
    'axial',
    '--url',
    url,
    '--token',
    't',
  );
  expect(received[0]).toMatchObject({ url: '/api/v1/equipment/waveform', authorization: 'Bearer t' });
  const { f32, ...rest } = (received[0]?.body ?? { f32: '' }) as { f32: string };
  expect(rest).toEqual({
    ...{
      asset: 'fan-1',
      quantity: 'vibrationWaveform',
      unit: 'g',
      fs: 25_600,
      rpm: 1480,
      direction: 'axial',
    },
  });
  expect(Buffer.from(f32, 'base64').readFloatLE(4)).toBe(-0.25);
});

test('what the platform refuses is told with its own words', async () => {
  const { url } = await platform(404);
  const asked = run(floatFile([1]), '--asset', 'x', '--fs', '100', '--url', url, '--token', 't');
  await expect(asked).rejects.toThrowError(expect.objectContaining({ code: 'not-found' }));
});

test.each([
  ['a torn file', 'abc', '100'],
  ['an empty file', '', '100'],
  ['no sampling rate', 'abcd', 'fast'],
])('%s is refused before anything is sent', async (_name, content, fs) => {
  const file = temporaryFile('record.f32', content);
  await expect(
    run(file, '--asset', 'x', '--fs', fs, '--url', 'http://127.0.0.1:1', '--token', 't'),
  ).rejects.toThrowError(
    expect.objectContaining({ code: expect.stringMatching(/file-malformed|option-invalid/) }),
  );
});
