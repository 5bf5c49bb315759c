import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Ingest } from '../../ingest/ingest.ts';
import { createIngest } from '../../ingest/pipeline.ts';
import { encodeBatch, type StoredReport } from '../../model/batch.ts';
import type { Reading } from '../../model/reading.ts';
import { quarterHourMs } from '../../model/window.ts';
import { numberedReading, numberPlant, numbersStartMs } from '../delivery/numbers.ts';
import { MemoryStore } from '../store/memory-store.ts';

const BATCHES = 8;
const PER_BATCH = 12;

const deaths = ['before-write', 'after-write', 'before-mark', 'after-mark'] as const;

/** Where a process ends: what it did until then is done, nothing after it happens. */
type Death = (typeof deaths)[number];

interface Delivery {
  readonly batch: number;
  readonly member: number;
  readonly death: Death | undefined;
  /** Whether the next delivery waits until this one has ended one way or the other. */
  readonly isAwaited: boolean;
  readonly isReportLost: boolean;
  /** Derived figures are computed afterwards of what is marked. */
  readonly recompute: boolean;
}

/** What outlives the processes: the store, the dirty marks, the derived figures, what the gateway still keeps. */
class World {
  readonly store = new MemoryStore();
  readonly dirty = new Set<string>();
  readonly figures = new Map<string, number>();
  readonly spooled = new Set(Array.from({ length: BATCHES }, (_, index) => index));
  readonly broken: string[] = [];

  recompute(): void {
    for (const slot of this.dirty) this.figures.set(slot, this.countIn(slot));
    this.dirty.clear();
  }

  countIn(slot: string): number {
    return [...this.store.readings.values()].filter((reading) => slotOf(reading) === slot).length;
  }

  /** A report may come only once all of its batch is stored, and every figure of it marked or true. */
  confirmed({ sequences }: StoredReport): void {
    for (const sequence of sequences) {
      for (const reading of readingsOf(sequence - 1)) {
        const stored = [...this.store.readings.values()].some(({ value }) => value === reading.value);
        if (!stored) this.broken.push(`${sequence} confirmed without ${reading.value}`);
      }
      this.spooled.delete(sequence - 1);
    }
  }

  staleFigures(): string[] {
    const slots = new Set([...this.store.readings.values()].map(slotOf));
    return [...slots].filter(
      (slot) => !this.dirty.has(slot) && this.figures.get(slot) !== this.countIn(slot),
    );
  }
}

/** One ingest process; once it is dead none of its calls comes back and it tells nobody anything. */
class Member {
  readonly ingest: Ingest;
  readonly died: Promise<void>;
  death: Death | undefined;
  isReportLost = false;
  isDead = false;
  readonly #die: () => void;

  constructor(world: World) {
    let die = (): void => undefined;
    this.died = new Promise((resolve) => {
      die = resolve;
    });
    this.#die = die;
    this.ingest = createIngest({
      ...{ plant: numberPlant(), clock: { nowMs: () => numbersStartMs + quarterHourMs * 40 } },
      store: {
        write: async (readings) => {
          await this.#reach('before-write');
          const refused = await world.store.write(readings);
          await this.#reach('after-write');
          return refused;
        },
      },
      dirty: {
        mark: async (slots) => {
          await this.#reach('before-mark');
          for (const { tag, startMs } of slots) world.dirty.add(`${tag} ${startMs}`);
          await this.#reach('after-mark');
        },
      },
      quarantine: { put: async () => void world.broken.push('nothing here is to be refused') },
      confirm: (_gateway, report) => {
        if (!this.isDead && !this.isReportLost) world.confirmed(report);
      },
    });
  }

  async #reach(place: Death): Promise<void> {
    if (this.death === place) {
      this.isDead = true;
      this.#die();
    }
    if (this.isDead) await new Promise(() => undefined);
  }

  /** Resolves when the batch is stored or the process is gone. */
  deliver(batch: number): Promise<void> {
    return Promise.race([this.ingest.batch('main', payloadOf(batch)), this.died]);
  }
}

/** Batches overlap by nothing, but come in any order and reach back over several quarters of an hour. */
function readingsOf(batch: number): Reading[] {
  return Array.from({ length: PER_BATCH }, (_, index) => {
    const reading = numberedReading(batch * PER_BATCH + index);
    return { ...reading, timeMs: reading.timeMs + ((batch * 7 + index) % 4) * quarterHourMs };
  });
}

const payloadOf = (batch: number): Buffer =>
  Buffer.from(encodeBatch({ epoch: 1, sequence: batch + 1, readings: readingsOf(batch) }));

function slotOf({ tag, timeMs }: Reading): string {
  return `${tag} ${Math.floor(timeMs / quarterHourMs) * quarterHourMs}`;
}

async function play(world: World, deliveries: readonly Delivery[]): Promise<void> {
  const members = [new Member(world), new Member(world)];
  for (const { batch, member: index, death, isAwaited, isReportLost, recompute } of deliveries) {
    let member = members[index] as Member;
    if (member.isDead) {
      member = new Member(world);
      members[index] = member;
    }
    Object.assign(member, { death, isReportLost });
    const ended = member.deliver(batch);
    if (isAwaited) await ended;
    if (recompute) world.recompute();
  }
  const last = new Member(world);
  await Promise.all([...world.spooled].map((batch) => last.deliver(batch)));
}

const delivery: fc.Arbitrary<Delivery> = fc.record({
  batch: fc.nat(BATCHES - 1),
  member: fc.nat(1),
  death: fc.option(fc.constantFrom(...deaths), { nil: undefined }),
  isAwaited: fc.boolean(),
  isReportLost: fc.boolean(),
  recompute: fc.boolean(),
});

test('two ingest processes, killed between any two steps, deliveries repeated: all stored once, no figure stale', async () => {
  const deliveries = fc.array(delivery, { maxLength: 25 });
  await fc.assert(
    fc.asyncProperty(deliveries, async (all) => {
      const world = new World();
      await play(world, all);
      expect(world.broken).toEqual([]);
      expect(world.spooled.size).toBe(0);
      const values = [...world.store.readings.values()].map(({ value }) => Number(value));
      expect(values.sort((a, b) => a - b)).toEqual(Array.from({ length: BATCHES * PER_BATCH }, (_, n) => n));
      expect(world.staleFigures()).toEqual([]);
    }),
    { numRuns: 60 },
  );
});
