import type { Refusal } from '../model/refusal.ts';

/** One refused thing as it is kept. The same thing refused again raises the count of the one that is there. */
export interface QuarantineItem extends Refusal {
  readonly id: number;
  readonly count: number;
  readonly firstMs: number;
  readonly lastMs: number;
}

/** What one source was refused for one reason. */
export interface QuarantineGroup {
  readonly reason: string;
  readonly from: string;
  readonly items: number;
  readonly count: number;
  readonly firstMs: number;
  readonly lastMs: number;
}

export interface QuarantineQuery {
  readonly reason?: string;
  readonly from?: string;
  /** Only items with a smaller id, to page on. */
  readonly before?: number;
  readonly limit?: number;
}

/** What arrived and could not be taken, for a person to list, read, mend and replay. Bounded: the oldest go first. */
export interface Quarantine {
  /** Durable once resolved. */
  put(refusals: readonly Refusal[]): Promise<void>;
  /** Newest first. */
  list(query?: QuarantineQuery): readonly QuarantineItem[];
  groups(): readonly QuarantineGroup[];
  get(id: number): QuarantineItem | undefined;
  /** After it was replayed or thrown away by a person. */
  remove(ids: readonly number[]): Promise<void>;
  /** Items kept now, refusals ever counted, items the bound pushed out, the bound. */
  counts(): {
    readonly items: number;
    readonly refused: number;
    readonly evicted: number;
    readonly maxItems: number;
  };
}
