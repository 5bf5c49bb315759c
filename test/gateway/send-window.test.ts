import { describe, expect, test } from 'vitest';
import { SendWindow } from '../../gateway/send-window.ts';
import type { Lane, SpooledBatch } from '../../gateway/spool.ts';

class FakeSpool {
  readonly batches: SpooledBatch[] = [];

  add(lane: Lane, count: number, appendedMs = 0): void {
    for (let one = 0; one < count; one++) {
      this.batches.push({
        lane,
        appendedMs,
        count: 10,
        sequence: this.batches.length + 1,
        payload: Buffer.alloc(0),
      });
    }
  }

  read(lane: Lane, from: number, limit: number): SpooledBatch[] {
    return this.batches.filter((batch) => batch.lane === lane && batch.sequence >= from).slice(0, limit);
  }

  get(lane: Lane, sequence: number): SpooledBatch | undefined {
    return this.batches.find((batch) => batch.lane === lane && batch.sequence === sequence);
  }

  nextSequence(): number {
    return this.batches.length + 1;
  }
}

function windowOf(spool: FakeSpool, windowBatches = 8): SendWindow {
  const window = new SendWindow(spool, { windowBatches, overdueMs: 1000 });
  window.restart(0);
  return window;
}

function drain(window: SendWindow, nowMs = 0): number[] {
  const sent: number[] = [];
  for (let next = window.next(nowMs); next !== undefined; next = window.next(nowMs)) sent.push(next.sequence);
  return sent;
}

describe('what goes next', () => {
  test('never more than the window', () => {
    const spool = new FakeSpool();
    const window = windowOf(spool);
    spool.add('live', 20);
    expect(drain(window)).toEqual([1, 2, 3, 4, 5, 6, 7, 8]);
    expect(window.confirm([3, 1, 99], 0)).toBe(20);
    expect(drain(window)).toEqual([9, 10]);
  });

  test('a backlog leaves room for what happens now, and history for both', () => {
    const spool = new FakeSpool();
    spool.add('live', 20);
    spool.add('history', 20);
    const window = windowOf(spool);
    expect(drain(window)).toEqual([1, 2, 3, 4, 21, 22]);
    spool.add('live', 1);
    expect(drain(window)).toEqual([41]);
  });

  test('a backlog goes in order, and all of it', () => {
    const spool = new FakeSpool();
    spool.add('live', 100);
    const window = windowOf(spool);
    const sent: number[] = [];
    for (let round = drain(window); round.length > 0; round = drain(window)) {
      sent.push(...round);
      window.confirm(round, 0);
    }
    expect(sent).toEqual(Array.from({ length: 100 }, (_, index) => index + 1));
  });

  test('a new connection sends again all that is not confirmed', () => {
    const spool = new FakeSpool();
    const window = windowOf(spool);
    spool.add('live', 3);
    drain(window);
    window.restart(0);
    expect(drain(window)).toEqual([1, 2, 3]);
  });
});

describe('what the broker lost', () => {
  test('is sent again when it is overdue, each time more patiently, and never while the broker does not have it', () => {
    const spool = new FakeSpool();
    const window = windowOf(spool);
    spool.add('live', 1);
    drain(window);
    const due = (nowMs: number): number[] => window.overdue(nowMs).map(({ sequence }) => sequence);
    expect(due(100_000)).toEqual([]);
    window.taken(1, 0);
    expect(due(999)).toEqual([]);
    expect(due(1000)).toEqual([1]);
    window.taken(1, 1000);
    expect(due(2999)).toEqual([]);
    expect(due(3000)).toEqual([1]);
  });

  test('a long wait is cut short once ingest reports something', () => {
    const spool = new FakeSpool();
    const window = windowOf(spool);
    spool.add('live', 2);
    drain(window);
    for (let nowMs = 0; nowMs < 60_000; nowMs += 1000) {
      window.taken(1, nowMs);
      window.overdue(nowMs + 1_000_000);
    }
    window.taken(1, 60_000);
    expect(window.overdue(62_000)).toEqual([]);
    window.confirm([2], 62_000);
    expect(window.overdue(63_000).map(({ sequence }) => sequence)).toEqual([1]);
  });
});
