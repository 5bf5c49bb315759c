import type { Tag } from '../../model/plant.ts';
import { PARALLEL_QUERIES } from './connection.ts';
import { type Binding, identifier } from './influxql.ts';
import { linePrefix } from './line-protocol.ts';

export interface BookedSeries {
  readonly tag: Tag;
  /** The nature of the asset. */
  readonly measurement: string;
  readonly prefix: string;
}

/** How the plant's tags are laid out in the database: measurement = nature, tags = area, line, asset, quantity, unit. */
export class SeriesBook {
  readonly #byTag = new Map<string, BookedSeries>();
  readonly #byMeasurement = new Map<string, Map<string, BookedSeries>>();

  constructor(tags: readonly Tag[]) {
    for (const tag of tags) {
      const { area, line, asset, quantity, unit, nature } = tag;
      const prefix = linePrefix(nature, { area, line, asset, quantity, unit });
      const series = { tag, measurement: nature, prefix };
      this.#byTag.set(tag.id, series);
      const siblings = this.#byMeasurement.get(nature) ?? new Map<string, BookedSeries>();
      this.#byMeasurement.set(nature, siblings.set(addressOf(asset, quantity), series));
    }
  }

  of(tag: string): BookedSeries | undefined {
    return this.#byTag.get(tag);
  }

  /** Of cells of whole days; the zone is a tag, as days of another zone are other cells. */
  dayPrefix(tag: string, zone: string): string {
    const series = this.#byTag.get(tag);
    if (series === undefined) return '';
    const { area, line, asset, quantity, unit } = series.tag;
    return linePrefix(dayMeasurement(series.measurement), { area, line, asset, quantity, unit, zone });
  }

  measurements(): string[] {
    return [...this.#byMeasurement.keys()];
  }

  /** The tag id of a series in an answer grouped by asset and quantity. */
  tagOf(measurement: string, tags: Readonly<Record<string, string>> | undefined): string | undefined {
    const nature = measurement.replace(/^day_/, '');
    return this.#byMeasurement.get(nature)?.get(addressOf(tags?.asset ?? '', tags?.quantity ?? ''))?.tag.id;
  }

  /** The asked tags by measurement, each with the condition that selects them; enough parts to be asked abreast. */
  selections(tags: readonly string[] | undefined, binding: Binding): Selection[] {
    const wanted = this.#byNature(new Set(tags ?? this.#byTag.keys()));
    const total = [...wanted.values()].reduce((sum, { length }) => sum + length, 0);
    const most = Math.max(1, Math.ceil(total / PARALLEL_QUERIES));
    return [...wanted].flatMap(([nature, series]): Selection[] => {
      const measurement = identifier(nature);
      if (this.#isAll(nature, series)) return [{ measurement, condition: undefined }];
      return chunks(series, most).map((part) => ({ measurement, condition: conditionOf(part, binding) }));
    });
  }

  #byNature(tags: ReadonlySet<string>): ReadonlyMap<string, readonly BookedSeries[]> {
    const found = new Map<string, BookedSeries[]>();
    for (const id of tags) {
      const series = this.#byTag.get(id);
      if (series === undefined) continue;
      const siblings = found.get(series.measurement);
      if (siblings) siblings.push(series);
      else found.set(series.measurement, [series]);
    }
    return found;
  }

  #isAll(measurement: string, series: readonly BookedSeries[]): boolean {
    return new Set(series).size === this.#byMeasurement.get(measurement)?.size;
  }
}

export interface Selection {
  /** Quoted. */
  readonly measurement: string;
  /** Undefined: all series. */
  readonly condition: string | undefined;
}

function chunks<Item>(items: readonly Item[], most: number): Item[][] {
  const count = Math.ceil(items.length / most);
  return Array.from({ length: count }, (_, part) => items.slice(part * most, (part + 1) * most));
}

function addressOf(asset: string, quantity: string): string {
  return JSON.stringify([asset, quantity]);
}

function conditionOf(series: readonly BookedSeries[], binding: Binding): string {
  const assetsByQuantity = new Map<string, string[]>();
  for (const { tag } of series) {
    const assets = assetsByQuantity.get(tag.quantity);
    if (assets) assets.push(tag.asset);
    else assetsByQuantity.set(tag.quantity, [tag.asset]);
  }
  const parts = [...assetsByQuantity].map(([quantity, assets]) => {
    const either = assets.map((asset) => `"asset" = ${binding.of(asset)}`).join(' OR ');
    return `("quantity" = ${binding.of(quantity)} AND (${either}))`;
  });
  return `(${parts.join(' OR ')})`;
}

/** Measurement of the cells of whole days. @param measurement of the readings, with or without its quotes */
export function dayMeasurement(measurement: string): string {
  return measurement.replace(/^"?/, '$&day_');
}
