import { createHash } from 'node:crypto';
import type { Database, RootDatabase } from 'lmdb';
import type { Clock } from '../model/clock.ts';
import type { Refusal } from '../model/refusal.ts';
import type { Quarantine, QuarantineGroup, QuarantineItem, QuarantineQuery } from './quarantine.ts';

export interface QuarantineBounds {
  readonly maxItems: number;
  /** A longer payload is cut; the item's message says so. */
  readonly maxPayloadChars: number;
}

interface Counts {
  refused: number;
  evicted: number;
}

export class LmdbQuarantine implements Quarantine {
  readonly #environment: RootDatabase;
  readonly #items: Database<QuarantineItem, number>;
  /** Digest of what was refused → the item's id. */
  readonly #idByDigest: Database<number, string>;
  readonly #clock: Clock;
  readonly #bounds: QuarantineBounds;

  constructor(environment: RootDatabase, clock: Clock, bounds: QuarantineBounds) {
    this.#environment = environment;
    this.#items = environment.openDB({ name: 'quarantine' });
    this.#idByDigest = environment.openDB({ name: 'quarantine-digests' });
    this.#clock = clock;
    this.#bounds = bounds;
  }

  async put(refusals: readonly Refusal[]): Promise<void> {
    if (refusals.length === 0) return;
    await this.#environment.transaction(() => {
      const counts = this.#readCounts();
      let nextId = this.#lastId() + 1;
      for (const refusal of refusals) if (this.#putOne(refusal, nextId)) nextId++;
      counts.refused += refusals.length;
      counts.evicted += this.#evict();
      this.#environment.putSync('quarantine-counts', counts);
    });
  }

  list({ reason, from, before, limit = 100 }: QuarantineQuery = {}): readonly QuarantineItem[] {
    const start = before === undefined ? {} : { start: before, exclusiveStart: true };
    const found: QuarantineItem[] = [];
    for (const { value } of this.#items.getRange({ reverse: true, ...start })) {
      if ((reason ?? value.reason) !== value.reason || (from ?? value.from) !== value.from) continue;
      if (found.push(value) >= limit) break;
    }
    return found;
  }

  groups(): readonly QuarantineGroup[] {
    const groups = new Map<string, QuarantineGroup>();
    for (const { value } of this.#items.getRange({})) {
      const key = JSON.stringify([value.reason, value.from]);
      groups.set(key, merged(groups.get(key), value));
    }
    return [...groups.values()].sort((a, b) => b.lastMs - a.lastMs);
  }

  get(id: number): QuarantineItem | undefined {
    return this.#items.get(id);
  }

  async remove(ids: readonly number[]): Promise<void> {
    await this.#environment.transaction(() => {
      for (const id of ids) this.#removeOne(id);
    });
  }

  counts(): ReturnType<Quarantine['counts']> {
    return { items: this.#size(), ...this.#readCounts(), maxItems: this.#bounds.maxItems };
  }

  /** @returns whether a new item was made */
  #putOne(refusal: Refusal, id: number): boolean {
    const nowMs = this.#clock.nowMs();
    const digest = digestOf(refusal);
    const knownId = this.#idByDigest.get(digest);
    const known = knownId === undefined ? undefined : this.#items.get(knownId);
    if (known !== undefined) {
      this.#items.putSync(known.id, { ...known, count: known.count + 1, lastMs: nowMs });
      return false;
    }
    this.#idByDigest.putSync(digest, id);
    this.#items.putSync(id, {
      ...this.#cut(refusal),
      id,
      count: 1,
      firstMs: nowMs,
      lastMs: nowMs,
      digest,
    } as QuarantineItem);
    return true;
  }

  #cut(refusal: Refusal): Refusal {
    const { maxPayloadChars } = this.#bounds;
    if (refusal.payload.length <= maxPayloadChars) return refusal;
    return {
      ...refusal,
      message: `${refusal.message} (kept: the first ${maxPayloadChars} of ${refusal.payload.length} characters)`,
      payload: refusal.payload.slice(0, maxPayloadChars),
    };
  }

  #evict(): number {
    const excess = this.#size() - this.#bounds.maxItems;
    if (excess <= 0) return 0;
    for (const id of [...this.#items.getKeys({ limit: excess })]) this.#removeOne(id);
    return excess;
  }

  #removeOne(id: number): void {
    const item = this.#items.get(id) as (QuarantineItem & { digest?: string }) | undefined;
    if (item === undefined) return;
    if (item.digest !== undefined) this.#idByDigest.removeSync(item.digest);
    this.#items.removeSync(id);
  }

  #size(): number {
    return (this.#items.getStats() as { entryCount?: number }).entryCount ?? 0;
  }

  #lastId(): number {
    return [...this.#items.getKeys({ reverse: true, limit: 1 })][0] ?? 0;
  }

  #readCounts(): Counts {
    return { refused: 0, evicted: 0, ...(this.#environment.get('quarantine-counts') as Counts | undefined) };
  }
}

function digestOf({ reason, from, where, payload }: Refusal): string {
  return createHash('sha256')
    .update(JSON.stringify([reason, from, where, payload]))
    .digest('base64');
}

function merged(group: QuarantineGroup | undefined, item: QuarantineItem): QuarantineGroup {
  return {
    reason: item.reason,
    from: item.from,
    items: (group?.items ?? 0) + 1,
    count: (group?.count ?? 0) + item.count,
    firstMs: Math.min(group?.firstMs ?? item.firstMs, item.firstMs),
    lastMs: Math.max(group?.lastMs ?? item.lastMs, item.lastMs),
  };
}
