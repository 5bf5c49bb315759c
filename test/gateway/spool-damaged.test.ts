import { mkdtempSync, readFileSync, rmSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { openSpool } from '../../gateway/lmdb-spool.ts';
import type { Spool } from '../../gateway/spool.ts';
import { numberedReading } from '../delivery/numbers.ts';

let dir: string;
let file: string;
beforeEach(async () => {
  dir = mkdtempSync(join(tmpdir(), 'plantscope-damaged-'));
  file = join(dir, 'data.mdb');
  const spool = open();
  for (let batch = 0; batch < 40; batch++) {
    await spool.append(Array.from({ length: 100 }, (_, index) => numberedReading(batch * 100 + index)));
  }
  await spool.close();
});
afterEach(() => rmSync(dir, { recursive: true }));

const open = (): Spool =>
  openSpool({ dir, gateway: 'main', clock: { nowMs: () => Date.now() }, onTrouble: () => undefined });

const damages: Readonly<Record<string, () => void>> = {
  'cut off': () => truncateSync(file, Math.floor(statSync(file).size / 2)),
  'cut off within its first page': () => truncateSync(file, 100),
  'written over': () => writeFileSync(file, Buffer.alloc(statSync(file).size, 0x5a)),
  'without its first page': () =>
    writeFileSync(file, Buffer.concat([Buffer.alloc(4096), readFileSync(file).subarray(4096)])),
};

test.each(Object.entries(damages))('a spool %s is told, and does not end the process', (_, damage) => {
  damage();
  expect(open).toThrowError(expect.objectContaining({ code: 'spool-unreadable', where: file }));
});

test('a whole one opens with all it held, an empty file as a new one', async () => {
  const whole = open();
  expect(whole.size()).toBe(4000);
  await whole.close();
  writeFileSync(file, '');
  const fresh = open();
  expect(fresh.size()).toBe(0);
  await fresh.close();
});
