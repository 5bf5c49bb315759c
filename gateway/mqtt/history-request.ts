import type { SourceSink } from '../source.ts';

/** A device whose topic was silent for longer than this may hold records of the time between. */
const SILENCE_MS = 60_000;

export interface HistoryRequests {
  /** How far back to ask at most. */
  readonly spanMs: number;
  readonly publish: (topic: string, payload: string) => void;
}

/**
 * Asks a device that comes back for the records it kept: `{"from", "to"}` in ISO 8601 on `<topic>/history/get`.
 * The device answers on `<topic>/history`. One that keeps nothing does not answer, and nothing is lost by asking.
 */
export class HistoryAsker {
  readonly #requests: HistoryRequests;
  readonly #lastMs = new Map<string, number>();

  constructor(requests: HistoryRequests) {
    this.#requests = requests;
  }

  /** To be told of each live message before its readings are taken, so that the newest known is that before the silence. */
  heard(topic: string, tags: readonly string[], nowMs: number, sink: SourceSink): void {
    const lastMs = this.#lastMs.get(topic);
    this.#lastMs.set(topic, nowMs);
    if (lastMs !== undefined && nowMs - lastMs <= SILENCE_MS) return;
    const known = tags.map((tag) => sink.newestTimeMs(tag) ?? 0);
    const fromMs = Math.max(nowMs - this.#requests.spanMs, Math.min(...known) + 1);
    if (nowMs - fromMs <= SILENCE_MS) return;
    const request = { from: new Date(fromMs).toISOString(), to: new Date(nowMs).toISOString() };
    this.#requests.publish(`${topic}/history/get`, JSON.stringify(request));
  }
}
