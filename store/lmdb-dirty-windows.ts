import type { Database, RootDatabase } from 'lmdb';
import type { DirtySlot, DirtyWindows, TakenSlot } from './dirty-windows.ts';

interface Mark {
  readonly mark: number;
  readonly taken: boolean;
}

/** Live readings touch one or two; a backlog is not worth the memory. */
const MOST_REMEMBERED_SLOTS = 8;

/**
 * Dirty marks in the local state. Every step is one write transaction, so that ingest and runner may be two processes:
 * a slot that was taken gets a new mark when it is touched again, and `settle` removes only the mark it took.
 */
export class LmdbDirtyWindows implements DirtyWindows {
  readonly #environment: RootDatabase;
  /** [start of the slot, tag], so that the newest stand at the end. */
  readonly #marks: Database<Mark, [number, string]>;
  readonly #takesKey: string;
  /** Tags marked and not taken, by slot, as of the take counted here: at a steady load nearly all that is marked. */
  readonly #marked = new Map<number, Set<string>>();
  #markedAtTakes = -1;

  /** @param consumer who recomputes from these marks; each has marks of its own */
  constructor(environment: RootDatabase, consumer = 'all') {
    this.#environment = environment;
    this.#marks = environment.openDB({ name: consumer === 'all' ? 'dirty' : `dirty-${consumer}` });
    this.#takesKey = `takes-${consumer}`;
  }

  async mark(slots: readonly DirtySlot[]): Promise<void> {
    if (slots.length === 0) return;
    const { takes, marked } = await this.#environment.transaction(() => {
      const takes = this.#takes();
      const isMarked = ({ tag, startMs }: DirtySlot) =>
        takes === this.#markedAtTakes && this.#marked.get(startMs)?.has(tag) === true;
      const marked = slots.filter((slot) => !isMarked(slot));
      this.#put(marked);
      return { takes, marked };
    });
    this.#remember(takes, marked);
  }

  #put(slots: readonly DirtySlot[]): void {
    const first = this.#nextMark();
    let mark = first;
    for (const { tag, startMs } of slots) {
      const known = this.#marks.get([startMs, tag]);
      if (known === undefined || known.taken)
        this.#marks.putSync([startMs, tag], { mark: mark++, taken: false });
    }
    if (mark > first) this.#environment.putSync('next-mark', mark);
  }

  /** Only once the marks are on disk. A take since, by whichever process, has counted on and so is noticed. */
  #remember(takes: number, marked: readonly DirtySlot[]): void {
    if (takes !== this.#markedAtTakes || this.#marked.size > MOST_REMEMBERED_SLOTS) this.#marked.clear();
    this.#markedAtTakes = takes;
    for (const { tag, startMs } of marked) {
      const tags = this.#marked.get(startMs);
      if (tags) tags.add(tag);
      else this.#marked.set(startMs, new Set([tag]));
    }
  }

  async take(
    limit: number,
    wanted: (slot: DirtySlot) => boolean = () => true,
  ): Promise<readonly TakenSlot[]> {
    return await this.#environment.transaction(() => {
      const found = [...this.#newest(limit, wanted)];
      for (const { isNew, tag, startMs, mark } of found)
        if (isNew) this.#marks.putSync([startMs, tag], { mark, taken: true });
      if (found.length > 0) this.#environment.putSync(this.#takesKey, this.#takes() + 1);
      return found.map(({ tag, startMs, mark }) => ({ tag, startMs, mark }));
    });
  }

  *#newest(
    limit: number,
    wanted: (slot: DirtySlot) => boolean,
  ): Generator<TakenSlot & { readonly isNew: boolean }> {
    let left = limit;
    for (const { key, value } of this.#marks.getRange({ reverse: true })) {
      const slot = { startMs: key[0], tag: key[1] };
      if (!wanted(slot)) continue;
      if (left-- <= 0) return;
      yield { ...slot, mark: value.mark, isNew: !value.taken };
    }
  }

  async settle(taken: readonly TakenSlot[]): Promise<void> {
    if (taken.length === 0) return;
    await this.#environment.transaction(() => {
      for (const { tag, startMs, mark } of taken) {
        if (this.#marks.get([startMs, tag])?.mark === mark) this.#marks.removeSync([startMs, tag]);
      }
    });
  }

  size(): number {
    return (this.#marks.getStats() as { entryCount?: number }).entryCount ?? 0;
  }

  #takes(): number {
    return (this.#environment.get(this.#takesKey) as number | undefined) ?? 0;
  }

  #nextMark(): number {
    return (this.#environment.get('next-mark') as number | undefined) ?? 1;
  }
}
