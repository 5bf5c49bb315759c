import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, describe, expect, test } from 'vitest';
import type { TakenSlot } from '../../store/dirty-windows.ts';
import { type LocalState, type LocalStateOptions, openLocalState } from '../../store/local-state.ts';
import { QuarantineStation } from '../../store/quarantine-station.ts';

const opened: LocalState[] = [];
afterEach(async () => {
  for (const state of opened.splice(0)) await state.close();
});

function stateIn(dir: string, options: LocalStateOptions = {}): LocalState {
  const state = openLocalState(dir, options);
  opened.push(state);
  return state;
}
const newState = (options: LocalStateOptions = {}): LocalState =>
  stateIn(mkdtempSync(join(tmpdir(), 'plantscope-state-')), options);

const refusal = (payload: string, reason = 'not-json') => ({
  ...{ reason, payload, message: 'no JSON', from: 'shop', where: 'fan' },
});

describe('quarantine', () => {
  test('says on the health page when it fills up, and that its bound pushed something out', async () => {
    const { quarantine } = newState({ maxQuarantineItems: 10 });
    const station = new QuarantineStation(quarantine);
    const put = (from: number, to: number) =>
      quarantine.put(Array.from({ length: to - from }, (_, index) => refusal(String(from + index))));
    await put(0, 7);
    expect(station.health()).toMatchObject({ state: 'ok', queue: 7 });
    await put(7, 8);
    expect(station.health()).toMatchObject({ state: 'degraded', summary: expect.stringContaining('of 10') });
    await put(8, 12);
    await quarantine.remove(quarantine.list().map(({ id }) => id));
    expect(station.health()).toMatchObject({ state: 'degraded', summary: expect.stringContaining('out 2') });
    expect(new QuarantineStation(quarantine).health()).toMatchObject({ state: 'ok' });
  });

  test('the same thing again raises the count of the one that is there, with first and last time', async () => {
    let nowMs = 1000;
    const { quarantine } = newState({ clock: { nowMs: () => nowMs } });
    await quarantine.put([refusal('a')]);
    nowMs = 5000;
    await quarantine.put([refusal('a'), refusal('a'), refusal('b')]);
    expect(quarantine.list()).toMatchObject([
      { id: 2, payload: 'b', count: 1 },
      { id: 1, payload: 'a', count: 3, firstMs: 1000, lastMs: 5000 },
    ]);
    expect(quarantine.groups()).toEqual([
      { reason: 'not-json', from: 'shop', items: 2, count: 4, firstMs: 1000, lastMs: 5000 },
    ]);
  });

  test('it is bounded: the oldest go and are counted, a long payload is cut and says so', async () => {
    const { quarantine } = newState({ maxQuarantineItems: 3, maxQuarantinePayloadChars: 10 });
    await quarantine.put(['1', '2', '3', '4', 'x'.repeat(50)].map((payload) => refusal(payload)));
    expect(quarantine.counts()).toEqual({ items: 3, refused: 5, evicted: 2, maxItems: 3 });
    expect(quarantine.list().map(({ payload }) => payload)).toEqual(['x'.repeat(10), '4', '3']);
    expect(quarantine.list({ limit: 1 })[0]?.message).toContain('first 10 of 50');
  });

  test('it is read by reason and source, and paged', async () => {
    const { quarantine } = newState();
    await quarantine.put([refusal('a'), refusal('b', 'too-large'), refusal('c'), refusal('d')]);
    expect(quarantine.list({ reason: 'too-large' }).map(({ payload }) => payload)).toEqual(['b']);
    expect(quarantine.list({ from: 'nobody' })).toEqual([]);
    expect(quarantine.list({ before: 4, limit: 2 }).map(({ id }) => id)).toEqual([3, 2]);
  });

  test('what is removed is gone, and new again when it comes again', async () => {
    const { quarantine } = newState();
    await quarantine.put([refusal('a'), refusal('b')]);
    await quarantine.remove([1, 99]);
    await quarantine.put([refusal('a')]);
    expect(quarantine.list().map(({ id, payload }) => [id, payload])).toEqual([
      [3, 'a'],
      [2, 'b'],
    ]);
  });

  test('it survives', async () => {
    const dir = mkdtempSync(join(tmpdir(), 'plantscope-state-'));
    const state = openLocalState(dir);
    await state.quarantine.put([refusal('a')]);
    await state.close();
    expect(stateIn(dir).quarantine.list()).toMatchObject([{ payload: 'a' }]);
  });
});

describe('dirty windows', () => {
  const slot = (startMs: number) => ({ tag: 'a.b', startMs });

  test('newest first; settled is gone', async () => {
    const { dirtyWindows } = newState();
    await dirtyWindows.mark([slot(0), slot(900_000), slot(0)]);
    expect(dirtyWindows.size()).toBe(2);
    const [newest] = await dirtyWindows.take(1);
    expect(newest?.startMs).toBe(900_000);
    await dirtyWindows.settle(newest ? [newest] : []);
    expect((await dirtyWindows.take(10)).map(({ startMs }) => startMs)).toEqual([0]);
  });

  test('marks that stand are cheap to set again, and a take by another process is noticed', async () => {
    const state = newState();
    const marking = state.dirtyWindowsOf('energy');
    const taking = state.dirtyWindowsOf('energy');
    await marking.mark([slot(0)]);
    await marking.mark([slot(0)]);
    expect(marking.size()).toBe(1);
    await taking.settle(await taking.take(10));
    await marking.mark([slot(0), slot(900_000)]);
    expect(marking.size()).toBe(2);
    const taken = await taking.take(10);
    await marking.mark([slot(0)]);
    await taking.settle(taken);
    expect((await taking.take(10)).map(({ startMs }) => startMs)).toEqual([0]);
  });

  test('any order of marks, takes and settles by two handles leaves dirty what was touched since it was taken', async () => {
    const step = fc.record({
      what: fc.constantFrom('mark', 'take', 'settle'),
      by: fc.constantFrom(0, 1),
      slots: fc.uniqueArray(fc.integer({ min: 0, max: 11 }), { minLength: 1, maxLength: 6 }),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 25 }), async (steps) => {
        const state = newState();
        const handles = [state.dirtyWindowsOf('energy'), state.dirtyWindowsOf('energy')] as const;
        const touched = new Set<number>();
        let taken: readonly TakenSlot[] = [];
        let takenMs = new Set<number>();
        for (const { what, by, slots } of steps) {
          const dirty = handles[by as 0 | 1];
          const startsMs = slots.map((index) => index * 900_000);
          if (what === 'mark') {
            await dirty.mark(startsMs.map(slot));
            for (const startMs of startsMs) {
              touched.add(startMs);
              takenMs.delete(startMs);
            }
          } else if (what === 'take') {
            taken = await dirty.take(3);
            takenMs = new Set(taken.map(({ startMs }) => startMs));
          } else {
            await dirty.settle(taken);
            for (const startMs of takenMs) touched.delete(startMs);
            [taken, takenMs] = [[], new Set()];
          }
        }
        const left = await handles[0].take(100);
        expect(new Set(left.map(({ startMs }) => startMs))).toEqual(touched);
      }),
      { numRuns: 40 },
    );
  });

  test('only those that are wanted are taken, however many others are newer', async () => {
    const { dirtyWindows } = newState();
    await dirtyWindows.mark([slot(0), slot(900_000), slot(1_800_000), slot(2_700_000)]);
    const taken = await dirtyWindows.take(1, ({ startMs }) => startMs < 1_800_000);
    expect(taken.map(({ startMs }) => startMs)).toEqual([900_000]);
    await dirtyWindows.settle(taken);
    expect((await dirtyWindows.take(10)).map(({ startMs }) => startMs)).toEqual([2_700_000, 1_800_000, 0]);
  });

  test('touched again while it is recomputed, it stays dirty', async () => {
    const { dirtyWindows } = newState();
    await dirtyWindows.mark([slot(0)]);
    const taken = await dirtyWindows.take(10);
    await dirtyWindows.mark([slot(0)]);
    await dirtyWindows.settle(taken);
    expect(dirtyWindows.size()).toBe(1);
    await dirtyWindows.settle(await dirtyWindows.take(10));
    expect(dirtyWindows.size()).toBe(0);
  });

  test('taken and not settled is taken again after a crash; each consumer has its own', async () => {
    const dir = mkdtempSync(join(tmpdir(), 'plantscope-state-'));
    const state = openLocalState(dir);
    await state.dirtyWindows.mark([slot(0)]);
    await state.dirtyWindows.take(10);
    await state.close();
    const again = stateIn(dir);
    expect(await again.dirtyWindows.take(10)).toHaveLength(1);
    expect(again.dirtyWindowsOf('energy').size()).toBe(0);
  });
});

describe('documents and journals', () => {
  test('a journal counts without gaps, is read in both directions, and knows no other journal', async () => {
    const state = newState();
    const journal = state.journal<string>('alarms');
    await state.journal<string>('audit').append('other');
    expect(await Promise.all(['a', 'b', 'c', 'd'].map((entry) => journal.append(entry)))).toEqual([
      1, 2, 3, 4,
    ]);
    const read = (query: object): string[] => journal.read(query).map(({ entry }) => entry);
    expect(read({})).toEqual(['a', 'b', 'c', 'd']);
    expect(read({ after: 2 })).toEqual(['c', 'd']);
    expect(read({ newestFirst: true, before: 4, limit: 2 })).toEqual(['c', 'b']);
    expect(journal.lastSequence()).toBe(4);
  });

  test('documents are found by the beginning of their key', async () => {
    const documents = newState().documents<number>('users');
    for (const [key, value] of [
      ['b/2', 2],
      ['a/1', 1],
      ['b/1', 3],
    ] as const)
      await documents.put(key, value);
    expect(documents.entries('b/')).toEqual([
      ['b/1', 3],
      ['b/2', 2],
    ]);
    await documents.remove('b/1');
    expect(documents.get('b/1')).toBeUndefined();
  });

  test('a transaction that throws leaves nothing', async () => {
    const state = newState();
    const documents = state.documents<number>('edits');
    await expect(
      state.transaction(() => {
        void documents.put('a', 1);
        throw new Error('no');
      }),
    ).rejects.toThrow('no');
    expect(documents.get('a')).toBeUndefined();
  });
});
