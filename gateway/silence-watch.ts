import type { Tag } from '../model/plant.ts';
import type { Reading } from '../model/reading.ts';
import { qualityOf, statusCodes } from '../model/status.ts';

/**
 * What is known of a tag. `waiting`: nothing came yet. `disconnected`, `bad`: its newest status says so. `stale`: its device
 * died or was silent for longer than the plant file allows. `unchanged`: the device speaks, the value stands.
 * `fresh`: the value changed lately.
 */
export type TagCondition = 'fresh' | 'unchanged' | 'stale' | 'bad' | 'disconnected' | 'waiting';

interface Known {
  readonly device: string;
  last?: Reading;
  changedMs: number;
}

/** A change younger than this is fresh, where the plant file says nothing of staleness. */
const FRESH_MS = 60_000;

/**
 * Tells an unchanged value from a device that fell silent, for protocols in which devices speak by themselves. A device is
 * whatever sends several tags at once: a topic, an edge node, a Modbus unit.
 */
export class SilenceWatch {
  readonly #known: ReadonlyMap<string, Known>;
  readonly #heardMs = new Map<string, number>();
  readonly #limitMs: number | undefined;
  #startedMs: number | undefined;

  /** @param limitMs silence from which a device's tags are stale; undefined: only a death makes them so */
  constructor(tags: readonly Tag[], deviceOf: (tag: Tag) => string, limitMs?: number) {
    this.#known = new Map(tags.map((tag) => [tag.id, { device: deviceOf(tag), changedMs: 0 }]));
    this.#limitMs = limitMs;
  }

  /** From here on devices may be expected to speak. */
  start(nowMs: number): void {
    this.#startedMs = nowMs;
  }

  heard(readings: readonly Reading[], nowMs: number): void {
    for (const reading of readings) {
      const known = this.#known.get(reading.tag);
      if (known === undefined) continue;
      this.#heardMs.set(known.device, nowMs);
      if (reading.origin !== 'live') continue;
      const { last } = known;
      if (last?.value !== reading.value || last.status !== reading.status) known.changedMs = nowMs;
      known.last = reading;
    }
  }

  /** How many tags are in each condition; conditions that no tag is in are left out. */
  conditions(nowMs: number): Partial<Record<TagCondition, number>> {
    const counts: Partial<Record<TagCondition, number>> = {};
    for (const known of this.#known.values()) {
      const condition = this.#conditionOf(known, nowMs);
      counts[condition] = (counts[condition] ?? 0) + 1;
    }
    return counts;
  }

  /** Devices with a stale tag. */
  silentDevices(nowMs: number): string[] {
    const stale = [...this.#known.values()].filter((known) => this.#conditionOf(known, nowMs) === 'stale');
    return [...new Set(stale.map(({ device }) => device))];
  }

  #conditionOf({ device, last, changedMs }: Known, nowMs: number): TagCondition {
    if (last?.status === statusCodes.badNoCommunication) return 'stale';
    if (last?.status === statusCodes.badNotConnected) return 'disconnected';
    const sinceMs = this.#heardMs.get(device) ?? this.#startedMs;
    if (this.#limitMs !== undefined && sinceMs !== undefined && nowMs - sinceMs > this.#limitMs)
      return 'stale';
    if (last === undefined) return 'waiting';
    if (qualityOf(last.status) === 'bad') return 'bad';
    return nowMs - changedMs <= (this.#limitMs ?? FRESH_MS) ? 'fresh' : 'unchanged';
  }
}

const NAMED_AT_MOST = 5;

/** `silent: meters/m1, meters/m2`, or nothing; for a line of the health page. */
export function silenceText(devices: readonly string[]): string {
  if (devices.length === 0) return '';
  const more = devices.length > NAMED_AT_MOST ? ` and ${devices.length - NAMED_AT_MOST} more` : '';
  return `; silent: ${devices.slice(0, NAMED_AT_MOST).join(', ')}${more}`;
}
