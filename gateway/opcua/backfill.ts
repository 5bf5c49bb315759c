import type { NodeId } from 'node-opcua';
import type { Logger } from 'pino';
import type { Clock } from '../../model/clock.ts';
import { errorMessage } from '../../model/error.ts';
import type { Reading } from '../../model/reading.ts';
import { hourMs, type TimeWindow } from '../../model/window.ts';
import type { SourceSink } from '../source.ts';
import { before, type Gap, type GapStore, isInside } from './gap.ts';
import { type HistoryOutcome, readHistory } from './history-reader.ts';
import type { LiveSession } from './live-session.ts';
import { isRefusal, toReading } from './opcua-tag.ts';
import type { TagState } from './tag-state.ts';

/** The newest hour first and alone, older hours in longer steps: a screen fills from its right edge. */
const firstChunkMs = hourMs;
const laterChunkMs = 6 * hourMs;

export interface BackfillCounters {
  readonly backfilled: number;
  readonly openGaps: number;
  /** Gaps nobody can fill: the server keeps no history of the node. */
  readonly lostGaps: number;
  /** Their length, summed over tags. */
  readonly lostMs: number;
}

interface BackfillOptions {
  readonly sink: SourceSink;
  readonly store: GapStore;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly settleMs: number;
  readonly retryMs: number;
  readonly stateOf: (tag: string) => TagState | undefined;
}

/** Fills gaps from the server's history, newest first, in the background, beside the live values. */
export class Backfill {
  readonly #options: BackfillOptions;
  readonly #gaps = new Map<string, Gap>();
  #session: LiveSession | undefined;
  #running: Promise<void> | undefined;
  #wake: (() => void) | undefined;
  #backfilled = 0;
  #lostGaps = 0;
  #lostMs = 0;

  constructor(options: BackfillOptions) {
    this.#options = options;
    for (const gap of options.store.load()) this.#gaps.set(keyOf(gap), gap);
  }

  get counters(): BackfillCounters {
    return {
      backfilled: this.#backfilled,
      openGaps: this.#gaps.size,
      lostGaps: this.#lostGaps,
      lostMs: Math.round(this.#lostMs),
    };
  }

  /** Resolves when the gaps can no longer be forgotten; filling them comes later. */
  async add(gaps: readonly Gap[]): Promise<void> {
    await this.#options.store.save(gaps);
    for (const gap of gaps) this.#gaps.set(keyOf(gap), gap);
    this.#start();
  }

  /** Works on this session from now on; undefined = there is none. */
  attach(session: LiveSession | undefined): void {
    this.#session = session;
    this.#wake?.();
    this.#start();
  }

  /** Resolves when the work in hand has ended; open gaps stay in the store. */
  async stop(): Promise<void> {
    this.#session = undefined;
    this.#wake?.();
    await this.#running;
  }

  #start(): void {
    if (!this.#session || this.#gaps.size === 0) return;
    this.#running ??= this.#run().finally(() => {
      this.#running = undefined;
      // A gap or a session may have come between the last look and now.
      this.#start();
    });
  }

  async #run(): Promise<void> {
    // Values from right before the present may reach the historian a little after the subscription.
    await this.#pause(this.#options.settleMs);
    while (this.#session && this.#gaps.size > 0) {
      const session = this.#session;
      try {
        const isReady = await this.#fillNewest(session);
        if (!isReady) await this.#pause(this.#options.retryMs);
      } catch (thrown) {
        if (session !== this.#session) continue;
        this.#options.logger.warn(`history read failed, tried again later: ${errorMessage(thrown)}`);
        await this.#pause(this.#options.retryMs);
      }
    }
  }

  async #pause(waitMs: number): Promise<void> {
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, waitMs);
      this.#wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
    this.#wake = undefined;
  }

  /** @returns false where no open gap belongs to a node of this session */
  async #fillNewest(session: LiveSession): Promise<boolean> {
    const open = [...this.#gaps.values()].filter((gap) => this.#nodeOf(session, gap) !== undefined);
    if (open.length === 0) return false;
    const endMs = Math.max(...open.map((gap) => gap.end.timeMs));
    const lengthMs = this.#options.clock.nowMs() - endMs < firstChunkMs ? firstChunkMs : laterChunkMs;
    const startMs = endMs - lengthMs;
    const due = open.filter((gap) => gap.end.timeMs > startMs);
    for (let at = 0; at < due.length && session === this.#session; at += session.limits.historyRead.value) {
      await this.#fill(session, due.slice(at, at + session.limits.historyRead.value), startMs);
    }
    return true;
  }

  async #fill(session: LiveSession, gaps: readonly Gap[], chunkStartMs: number): Promise<void> {
    const startMs = Math.max(chunkStartMs, Math.min(...gaps.map((gap) => gap.start.timeMs)));
    const endMs = Math.max(...gaps.map((gap) => gap.end.timeMs)) + 1;
    const nodes = gaps.map((gap) => this.#nodeOf(session, gap) as NodeId);
    const window: TimeWindow = { startMs, endMs };
    const outcomes = await readHistory(session, nodes, window, async (index, values) => {
      const gap = gaps[index] as Gap;
      const readings = this.#readings(gap, values, chunkStartMs);
      if (readings.length === 0) return;
      await this.#options.sink.accept(readings);
      this.#backfilled += readings.length;
    });
    if (outcomes.includes('split')) session.limits.historyRead.value = Math.ceil(gaps.length / 2);
    await this.#settle(gaps, outcomes, chunkStartMs);
  }

  #readings(
    gap: Gap,
    values: Parameters<Parameters<typeof readHistory>[3]>[1],
    chunkStartMs: number,
  ): Reading[] {
    const state = this.#options.stateOf(gap.tag);
    if (!state) return [];
    return values
      .map((value) =>
        toReading(state.opcua, value, 'history', value.sourceTimestamp?.getTime() ?? 0, state.texts),
      )
      .filter((result): result is Reading => !isRefusal(result))
      .filter((reading) => isInside(reading, gap) && reading.timeMs >= chunkStartMs);
  }

  async #settle(
    gaps: readonly Gap[],
    outcomes: readonly HistoryOutcome[],
    chunkStartMs: number,
  ): Promise<void> {
    const ended: Gap[] = [];
    const shorter: Gap[] = [];
    for (const [index, gap] of gaps.entries()) {
      const outcome = outcomes[index];
      // While it was read, a longer gap with the same start may have taken its place.
      if (outcome === 'split' || this.#gaps.get(keyOf(gap)) !== gap) continue;
      if (outcome === 'no-history') this.#countLost(gap);
      const rest = outcome === 'done' ? before(gap, chunkStartMs) : undefined;
      if (rest) shorter.push(rest);
      else ended.push(gap);
    }
    await this.#options.store.remove(ended);
    await this.#options.store.save(shorter);
    for (const gap of ended) this.#gaps.delete(keyOf(gap));
    for (const gap of shorter) this.#gaps.set(keyOf(gap), gap);
  }

  #countLost(gap: Gap): void {
    const state = this.#options.stateOf(gap.tag);
    if (state) state.hasNoHistory = true;
    if (gap.reason === 'first-start') return;
    this.#lostGaps++;
    this.#lostMs += gap.end.timeMs - gap.start.timeMs;
    const lengthS = Math.round((gap.end.timeMs - gap.start.timeMs) / 1000);
    this.#options.logger.debug(
      { tag: gap.tag },
      `the server keeps no history: ${lengthS} s may hold lost values`,
    );
  }

  #nodeOf(session: LiveSession, gap: Gap): NodeId | undefined {
    const state = this.#options.stateOf(gap.tag);
    return state && session.nodes.get(state);
  }
}

const keyOf = (gap: Gap): string => `${gap.tag} ${gap.start.timeMs} ${gap.start.timeNs}`;
