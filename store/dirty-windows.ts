/**
 * Which stretches of which tags changed since the derived figures were last computed. Ingest marks before it confirms
 * a batch; the scenario runner takes, recomputes, and settles. A mark survives a crash at any point between.
 */
export interface DirtyWindows {
  /** Durable once resolved. Marking what is marked already is cheap. */
  mark(slots: readonly DirtySlot[]): Promise<void>;
  /**
   * Up to `limit` marks, newest slots first, of one slot in reverse order of the tags; with `wanted`, only of such slots.
   * A slot marked again after it was taken stays dirty after `settle`.
   */
  take(limit: number, wanted?: (slot: DirtySlot) => boolean): Promise<readonly TakenSlot[]>;
  settle(taken: readonly TakenSlot[]): Promise<void>;
  /** Marks that wait. */
  size(): number;
}

/** A quarter of an hour (aligned to the epoch) of one tag. */
export interface DirtySlot {
  readonly tag: string;
  readonly startMs: number;
}

export interface TakenSlot extends DirtySlot {
  readonly mark: number;
}
