import type { Clock } from '../model/clock.ts';
import type { Station, StationHealth } from '../model/health.ts';
import type { Plant, Tag } from '../model/plant.ts';
import { RateMeter } from '../model/rate-meter.ts';
import { compareInstants, isInstant, type Reading } from '../model/reading.ts';
import type { Refusal } from '../model/refusal.ts';
import { converter } from '../model/unit.ts';
import { SameTimeRule } from './same-time-rule.ts';
import type { SourceSink } from './source.ts';
import type { Spool } from './spool.ts';

/** Where refused things are kept (store/quarantine.ts). */
export interface RefusalSink {
  put(refusals: readonly Refusal[]): Promise<void>;
}

export interface IntakeOptions {
  readonly plant: Plant;
  readonly spool: Spool;
  readonly quarantine: RefusalSink;
  readonly clock: Clock;
  /** Told of what the spool holds, in the order it was taken. */
  readonly onTaken?: (readings: readonly Reading[]) => void;
}

/**
 * The gateway's side of a source: deadband, the same-time rule, then the spool. What is left out as a repeat still
 * waits for the disk, because its first copy may be on the way there.
 */
export class Intake implements SourceSink, Station {
  readonly #options: IntakeOptions;
  readonly #rule: SameTimeRule;
  readonly #widths: ReadonlyMap<string, number>;
  /** Source time of the newest reading seen, taken or within the deadband. */
  readonly #seenMs = new Map<string, number>();
  readonly #rate = new RateMeter();
  readonly #counters = { accepted: 0, refused: 0, repeated: 0, withinDeadband: 0, sameTime: 0 };

  constructor(options: IntakeOptions) {
    this.#options = options;
    this.#rule = new SameTimeRule(options.spool);
    this.#widths = deadbandWidths(options.plant);
  }

  async accept(readings: readonly Reading[]): Promise<void> {
    const refused = readings.flatMap((reading) => refusalOf(reading) ?? []);
    if (refused.length > 0) await this.refuse(refused);
    const taken: Reading[] = [];
    this.#rule.begin();
    for (const reading of readings) {
      if (!isWritable(reading) || this.#isWithinDeadband(reading)) continue;
      const placed = this.#rule.place(reading);
      if (placed === undefined) this.#counters.repeated++;
      else taken.push(placed);
    }
    const collisions = this.#rule.end();
    this.#counters.sameTime += collisions.length;
    this.#counters.accepted += taken.length;
    this.#rate.add(taken.length, this.#options.clock.nowMs());
    if (taken.length === 0) return this.#options.spool.settled();
    await this.#options.spool.append(taken, collisions);
    this.#options.onTaken?.(taken);
  }

  async refuse(refusals: readonly Refusal[]): Promise<void> {
    this.#counters.refused += refusals.length;
    await this.#options.quarantine.put(refusals);
  }

  newestTimeMs(tag: string): number | undefined {
    return this.#seenMs.get(tag) ?? this.#options.spool.newest(tag)?.timeMs;
  }

  health(): StationHealth {
    const { accepted, refused } = this.#counters;
    return {
      station: 'intake',
      state: 'ok',
      summary: `${accepted} readings taken, ${refused} refused`,
      ratePerS: this.#rate.perSecond(this.#options.clock.nowMs()),
      counters: { ...this.#counters },
    };
  }

  /** Only live numbers of one status are thinned, and only forwards in time: late and read-back values are all kept. */
  #isWithinDeadband(reading: Reading): boolean {
    const seen = this.#seenMs.get(reading.tag);
    if (seen === undefined || reading.timeMs > seen) this.#seenMs.set(reading.tag, reading.timeMs);
    const width = this.#widths.get(reading.tag);
    if (width === undefined || reading.origin !== 'live' || typeof reading.value !== 'number') return false;
    const last = this.#rule.newest(reading.tag);
    if (last === undefined || typeof last.value !== 'number' || last.status !== reading.status) return false;
    const isWithin = compareInstants(reading, last) > 0 && Math.abs(reading.value - last.value) <= width;
    if (isWithin) this.#counters.withinDeadband++;
    return isWithin;
  }
}

/** Width of each tag's deadband in the unit its readings are stored in; a change up to and including it is left out. */
function deadbandWidths(plant: Plant): Map<string, number> {
  const widths = plant.tags.flatMap((tag): [string, number][] => {
    const width = widthOf(tag);
    return width !== undefined && width > 0 ? [[tag.id, width]] : [];
  });
  return new Map(widths);
}

function widthOf({ deadband, range, sourceUnit, unit, multiplier }: Tag): number | undefined {
  if (deadband === undefined) return undefined;
  if (deadband.kind === 'percent') return range && (deadband.value / 100) * (range[1] - range[0]);
  const convert = converter(sourceUnit, unit);
  return Math.abs((convert(deadband.value) - convert(0)) * multiplier);
}

const hasFiniteValue = ({ value }: Reading): boolean => typeof value !== 'number' || Number.isFinite(value);

/** One that a batch can't hold would take the others of its batch with it into the quarantine. */
const isWritable = (reading: Reading): boolean => hasFiniteValue(reading) && isInstant(reading);

function refusalOf(reading: Reading): Refusal | undefined {
  if (isWritable(reading)) return undefined;
  const { tag, timeMs, value } = reading;
  const [reason, message] = hasFiniteValue(reading)
    ? ['time-malformed', `Expected a source time for ${tag}, got ${timeMs} ms`]
    : ['not-finite', `Expected a finite number for ${tag}, got ${value}`];
  const time = isInstant(reading) ? new Date(timeMs).toISOString() : String(timeMs);
  const payload = JSON.stringify({ tag, time, value: typeof value === 'number' ? String(value) : value });
  return { ...{ reason, message, from: 'intake', where: tag, payload }, tag };
}
