import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { openLocalState } from '../../store/local-state.ts';
import { lmdbDamages } from '../lmdb-damages.ts';

let dir: string;
let file: string;
beforeEach(async () => {
  dir = mkdtempSync(join(tmpdir(), 'plantscope-damaged-'));
  file = join(dir, 'state', 'data.mdb');
  const state = openLocalState(dir);
  const notes = state.documents<string>('notes');
  for (let note = 0; note < 400; note++) await notes.put(String(note), 'x'.repeat(500));
  await state.close();
});
afterEach(() => rmSync(dir, { recursive: true }));

test.each(Object.entries(lmdbDamages))(
  'a local state %s is told, and does not end the process',
  (_, damage) => {
    damage(file);
    expect(() => openLocalState(dir)).toThrowError(
      expect.objectContaining({ code: 'state-unreadable', where: file }),
    );
  },
);

test('a whole one opens with all it held, an empty file as a new one', async () => {
  const whole = openLocalState(dir);
  expect(whole.documents('notes').entries()).toHaveLength(400);
  await whole.close();
  writeFileSync(file, '');
  const fresh = openLocalState(dir);
  expect(fresh.documents('notes').entries()).toHaveLength(0);
  await fresh.close();
});

test('one that was just made, and never written to, opens again', async () => {
  const other = join(dir, 'new');
  await openLocalState(other).close();
  const again = openLocalState(other);
  expect(again.documents('notes').entries()).toHaveLength(0);
  await again.close();
});
