import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { openSpool } from '../../gateway/lmdb-spool.ts';
import type { Spool } from '../../gateway/spool.ts';
import { numberedReading } from '../delivery/numbers.ts';
import { lmdbDamages } from '../lmdb-damages.ts';

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

test.each(Object.entries(lmdbDamages))('a spool %s is told, and does not end the process', (_, damage) => {
  damage(file);
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
