import type { DataValue } from 'node-opcua';
import { compareInstants, type Reading } from '../../model/reading.ts';
import { qualityOf } from '../../model/status.ts';
import type { LiveSession } from './live-session.ts';
import { monotonicMs } from './monotonic.ts';
import { isRefusal, toReading } from './opcua-tag.ts';
import type { SourceParts } from './session-keeper.ts';
import type { TagState } from './tag-state.ts';

/** Nodes read in one round; with a round every 10 s, 10,000 quiet tags are each checked within four minutes. */
const nodesPerRound = 500;

/** After how long without a notification a tag is worth a look. */
export function quietAfterMs(state: TagState, publishingMs: number, watchdogMs: number): number {
  return Math.max(watchdogMs, 3 * state.opcua.tag.samplingIntervalMs, 3 * publishingMs);
}

/**
 * Reads tags that have been quiet and compares: an equal value confirms that it is unchanged; a different one, seen twice
 * without a notification in between, proves that the subscription no longer delivers.
 */
export class SilenceCheck {
  readonly #parts: SourceParts;
  /** Source time of the value that no notification had brought at the last round. */
  readonly #suspects = new Map<TagState, number>();

  constructor(parts: SourceParts) {
    this.#parts = parts;
  }

  /** `changed` holds values that must be taken now: the node itself went bad. */
  async check(live: LiveSession): Promise<{
    isSilent: boolean;
    changed: (readonly [readonly TagState[], DataValue])[];
  }> {
    const quiet = this.#quietTags(live);
    const values = await live.read(quiet);
    const changed: (readonly [readonly TagState[], DataValue])[] = [];
    let isSilent = false;
    for (const [state, dataValue] of values) {
      const verdict = this.#compare(state, dataValue);
      if (verdict === 'went-bad') changed.push([[state], dataValue]);
      if (verdict === 'silent') isSilent = true;
    }
    if (changed.length > 0) await this.#setAside(live, changed);
    return { isSilent, changed };
  }

  #quietTags(live: LiveSession): TagState[] {
    const { states, publishingMs, timing } = this.#parts;
    const nowMs = monotonicMs();
    return states
      .filter((state) => live.nodes.has(state) && !live.polled.has(state) && state.last !== undefined)
      .filter((s) => nowMs - (s.confirmedMs ?? 0) > quietAfterMs(s, publishingMs, timing.watchdogMs))
      .sort((a, b) => (a.confirmedMs ?? 0) - (b.confirmedMs ?? 0))
      .slice(0, nodesPerRound);
  }

  #compare(state: TagState, dataValue: DataValue): 'confirmed' | 'went-bad' | 'suspect' | 'silent' {
    const { last } = state;
    const nowMs = this.#parts.clock.nowMs();
    // Told by a notification first or not: a node that is gone is set aside.
    if (/BadNodeId/.test(dataValue.statusCode.name)) return 'went-bad';
    const reading = toReading(state.opcua, dataValue, 'live', nowMs, state.texts);
    if (isRefusal(reading) || last === undefined || isSame(state, last, reading)) {
      this.#suspects.delete(state);
      state.confirmedMs = monotonicMs();
      if (!isRefusal(reading)) state.checkedSourceMs = reading.timeMs;
      return 'confirmed';
    }
    const isConfirmedSuspect =
      this.#suspects.get(state) !== undefined && this.#suspects.get(state) === state.notifiedMs;
    this.#suspects.set(state, state.notifiedMs ?? 0);
    return isConfirmedSuspect ? 'silent' : 'suspect';
  }

  /** A node that was deleted while we watched it. */
  async #setAside(
    live: LiveSession,
    changed: readonly (readonly [readonly TagState[], DataValue])[],
  ): Promise<void> {
    const gone = new Map(
      changed.flatMap(([states, dataValue]) =>
        states.map((state) => [state, dataValue.statusCode.name] as const),
      ),
    );
    this.#parts.quarantines.add(gone);
    await live.unwatch(new Set(gone.keys()));
  }
}

/** Equal, or not worth a notification: within the deadband, or no newer than what we hold. */
function isSame({ opcua }: TagState, last: Reading, now: Reading): boolean {
  if (qualityOf(last.status) !== qualityOf(now.status)) return false;
  if (last.value === now.value || compareInstants(now, last) <= 0) return true;
  if (typeof last.value !== 'number' || typeof now.value !== 'number') return false;
  return opcua.tag.deadband !== undefined;
}
