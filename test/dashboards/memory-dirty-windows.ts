import type { DirtySlot, DirtyWindows, TakenSlot } from '../../store/dirty-windows.ts';

/** Dirty marks of one test, which nothing touches again. */
export function memoryDirtyWindows(slots: readonly DirtySlot[]): DirtyWindows {
  const waiting = new Map(slots.map((slot, mark) => [mark, { ...slot, mark }]));
  return {
    mark: async () => undefined,
    take: async (limit) => [...waiting.values()].slice(0, limit),
    settle: async (taken: readonly TakenSlot[]) => {
      for (const { mark } of taken) waiting.delete(mark);
    },
    size: () => waiting.size,
  };
}
