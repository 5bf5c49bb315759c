import type { Asset, Tag } from '../../model/plant.ts';
import type { Reading } from '../../model/reading.ts';
import { qualityOf, type StatusCode } from '../../model/status.ts';
import type { NewestReadings } from './newest-readings.ts';
import type { SparkplugQuality, TagMetric } from './sparkplug-encode.ts';

interface Told {
  readonly tag: Tag;
  readonly alias: number;
  quality: SparkplugQuality;
}

/** An asset as a device of the edge node: a metric a tag, by alias. */
export class SparkplugDevice {
  readonly id: string;
  readonly #told: ReadonlyMap<string, Told>;
  #waiting: Reading[] = [];

  /** @param firstAlias the node's aliases are one sequence over all its devices */
  constructor({ id, tags }: Asset, firstAlias: number) {
    this.id = id;
    this.#told = new Map(tags.map((tag, i) => [tag.id, { tag, alias: firstAlias + i, quality: 192 }]));
  }

  /** Every metric with its name, type and newest value. */
  birth(newest: NewestReadings, nowMs: number): TagMetric[] {
    return [...this.#told.values()].map((told) => {
      const { tag, alias } = told;
      const reading = newest.get(tag.id);
      told.quality = reading === undefined ? 0 : qualityNumber(reading.status);
      const { kind } = tag.definition;
      return {
        ...{ alias, kind, value: reading?.value ?? null, timeMs: reading?.timeMs ?? nowMs },
        ...{ isHistorical: false, quality: told.quality },
        birth: { name: tag.quantity, ...(kind === 'number' && { unit: tag.unit }) },
      };
    });
  }

  add(reading: Reading): void {
    this.#waiting.push(reading);
  }

  /** What waited and was not told: the connection broke. */
  takeUntold(): readonly Reading[] {
    const untold = this.#waiting;
    this.#waiting = [];
    return untold;
  }

  /** What waited, in order, in groups in which no metric comes twice. */
  takeWaiting(): TagMetric[][] {
    return this.#grouped(this.takeUntold(), metricOf);
  }

  /** Readings of before, none of which is the present value of its metric. */
  late(readings: readonly Reading[]): TagMetric[][] {
    return this.#grouped(readings, lateMetricOf);
  }

  #grouped(
    readings: readonly Reading[],
    toMetric: (told: Told, reading: Reading) => TagMetric,
  ): TagMetric[][] {
    const groups: TagMetric[][] = [];
    let aliases = new Set<number>();
    for (const reading of readings) {
      const told = this.#told.get(reading.tag);
      if (!told) continue;
      if (groups.length === 0 || aliases.has(told.alias)) {
        groups.push([]);
        aliases = new Set();
      }
      aliases.add(told.alias);
      groups.at(-1)?.push(toMetric(told, reading));
    }
    return groups;
  }
}

function lateMetricOf({ tag, alias }: Told, { value, timeMs, status }: Reading): TagMetric {
  const quality = qualityNumber(status);
  return {
    ...{ alias, kind: tag.definition.kind, value, timeMs, isHistorical: true },
    ...(quality !== 192 && { quality }),
  };
}

function metricOf(told: Told, { value, timeMs, status, origin }: Reading): TagMetric {
  const { tag, alias, quality: before } = told;
  const isHistorical = origin === 'history' || origin === 'import';
  const quality = qualityNumber(status);
  if (!isHistorical) told.quality = quality;
  const isWorthTelling = quality !== 192 || before !== 192;
  return {
    ...{ alias, kind: tag.definition.kind, value, timeMs, isHistorical },
    ...(isWorthTelling && { quality }),
  };
}

function qualityNumber(status: StatusCode): SparkplugQuality {
  const quality = qualityOf(status);
  if (quality === 'good') return 192;
  return quality === 'bad' ? 0 : 500;
}
