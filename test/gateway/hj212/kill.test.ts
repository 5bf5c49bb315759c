import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, expect, test } from 'vitest';
import { SiteLink } from '../../../gateway/hj212/protocol/site-link.ts';
import { formatTime, RequestNumbers } from '../../../gateway/hj212/protocol/time.ts';
import { openSpool } from '../../../gateway/lmdb-spool.ts';
import { lanes } from '../../../gateway/spool.ts';
import { decodeBatch } from '../../../model/batch.ts';
import { patiently } from '../../patiently.ts';
import { freePort } from '../../peers/influxd.ts';

const LOGGERS = 500;
const FRAMES = 12;
const beginMs = Date.UTC(2026, 0, 5);

const children = new Set<ChildProcess>();
const links: SiteLink[] = [];
afterEach(() => {
  for (const link of links.splice(0)) link.stop();
  for (const child of children) child.kill('SIGKILL');
});

async function startReceiver(plantFile: string, folder: string): Promise<ChildProcess> {
  const peers = new URL('../../peers/', import.meta.url);
  const runner = fileURLToPath(new URL('run-ts.mjs', peers));
  const module = fileURLToPath(new URL('hj212-receiver.ts', peers));
  const child = fork(runner, [module, plantFile, folder], { stdio: ['ignore', 'ignore', 'inherit', 'ipc'] });
  children.add(child);
  child.once('exit', () => children.delete(child));
  const ended = once(child, 'exit').then(() => {
    throw new Error('the receiver ended before it listened');
  });
  await Promise.race([once(child, 'message'), ended]);
  ended.catch(() => undefined); // it is killed later, as it should be
  return child;
}

const mnOf = (logger: number): string => `LOGGER${String(logger).padStart(4, '0')}`;

function writePlant(folder: string, port: number): string {
  const assets = Array.from(
    { length: LOGGERS },
    (_, logger) =>
      `      - { id: s${logger}, nature: stack-monitor, source: loggers, tags: { oxygen: { address: ${mnOf(logger)}/a19001-Rtd } } }`,
  );
  const path = join(folder, 'plant.yaml');
  const text = [
    ...['version: 1', 'site: { id: demo, name: Demo, timeZone: Asia/Shanghai }'],
    `sources: { loggers: { kind: hj212, port: ${port} } }`,
    ...['areas:', '  - id: a', '    lines:', '    - id: l', '      assets:', ...assets],
  ];
  writeFileSync(path, text.join('\n'));
  return path;
}

/** Sends its frames one after the other, each until it is acknowledged; what is lost with a link is sent again. */
async function runLogger(port: number, logger: number, onAcknowledged: () => void): Promise<void> {
  const link = new SiteLink({
    ...{ host: '127.0.0.1', port, edition: '2017', overTimeMs: 20_000, reconnectMs: 20 },
  });
  links.push(link);
  link.start();
  const numbers = new RequestNumbers(() => beginMs);
  for (let frame = 0; frame < FRAMES; ) {
    if (!(await link.connected())) return;
    const outcome = await link.upload({
      ...{ QN: numbers.next(), ST: '31', CN: '2011', PW: '123456', MN: mnOf(logger), Flag: '5' },
      cp: `DataTime=${formatTime(beginMs + frame * 1000)};a19001-Rtd=${(frame % 21).toFixed(1)},a19001-Flag=N`,
    });
    if (outcome.kind !== 'acknowledged') continue;
    frame += 1;
    onAcknowledged();
  }
}

test('500 loggers at once, the receiver killed and started again in the middle: nothing is lost', {
  timeout: 120_000,
}, async () => {
  const folder = mkdtempSync(join(tmpdir(), 'plantscope-hj212-kill-'));
  const port = await freePort();
  const plantFile = writePlant(folder, port);
  const spoolFolder = join(folder, 'spool');
  const receiver = await startReceiver(plantFile, spoolFolder);
  let acknowledged = 0;
  const loggers = Array.from({ length: LOGGERS }, (_, logger) =>
    runLogger(port, logger, () => {
      acknowledged += 1;
    }),
  );
  await patiently(() => expect(links.filter(({ isConnected }) => isConnected)).toHaveLength(LOGGERS));
  await patiently(() => expect(acknowledged).toBeGreaterThan((LOGGERS * FRAMES) / 3));
  receiver.kill('SIGKILL');
  await once(receiver, 'exit');
  const beforeRestart = acknowledged;
  expect(beforeRestart).toBeLessThan(LOGGERS * FRAMES);
  const second = await startReceiver(plantFile, spoolFolder);
  await Promise.all(loggers);
  second.kill('SIGKILL');
  await once(second, 'exit');

  const spool = openSpool({ dir: spoolFolder, gateway: 'test' });
  const found = new Map<string, number>();
  for (const lane of lanes) {
    for (const { payload } of spool.read(lane, 1, 100_000)) {
      for (const { tag, timeMs, value } of decodeBatch(payload.toString()).readings) {
        expect(value).toBe(((timeMs - beginMs) / 1000) % 21);
        found.set(`${tag} ${timeMs}`, (found.get(`${tag} ${timeMs}`) ?? 0) + 1);
      }
    }
  }
  await spool.close();
  expect(found.size).toBe(LOGGERS * FRAMES);
  // What was sent again, because its acknowledgement died with the receiver, is stored once.
  expect([...found.values()].filter((times) => times !== 1)).toEqual([]);
});
