import type { EnergySettings } from './energy-settings.ts';
import type { Nature, QuantityDefinition } from './nature.ts';
import type { OutletRegistration } from './outlet.ts';
import type { Tariff } from './tariff.ts';

/** A plant as the platform runs it: the plant file resolved, checked, and with every default filled in. */
export interface Plant {
  readonly site: Site;
  readonly assets: readonly Asset[];
  readonly tags: readonly Tag[];
  readonly tagsById: ReadonlyMap<string, Tag>;
  readonly assetsById: ReadonlyMap<string, Asset>;
  /** Of electricity. */
  readonly tariff?: Tariff;
  /** Virtual meters, declared register changes, products, baselines ...; absent: none. */
  readonly energy?: EnergySettings;
}

export interface Site {
  readonly id: string;
  readonly name: string;
  /** IANA name; local days, months, shifts and tariff periods are this zone's. */
  readonly timeZone: string;
}

/** ISA-95 equipment hierarchy: site / area / line / asset. */
export interface Asset {
  readonly id: string;
  readonly name: string;
  readonly area: string;
  readonly line: string;
  readonly nature: Nature;
  /** Of a meter: the meter it hangs under. */
  readonly parent: string | undefined;
  /** What the scenarios need to know beside the tags (rated power, reference oxygen, limits ...), as the plant file gives it. */
  readonly properties: Readonly<Record<string, string | number | boolean>>;
  readonly tags: readonly Tag[];
  /** Of an outlet or station: permit, limits, totals and instruments, where the plant file registers it. */
  readonly outlet?: OutletRegistration;
}

/** One tag: a quantity of an asset, where it comes from, and how it is sampled. */
export interface Tag {
  /** `<asset>.<quantity>` */
  readonly id: string;
  readonly asset: string;
  readonly area: string;
  readonly line: string;
  readonly quantity: string;
  readonly definition: QuantityDefinition;
  /** The unit readings are stored in; the source's own unit is converted by the gateway. */
  readonly unit: string;
  readonly nature: string;
  readonly source: string;
  /** The source's own address: a node id, a browse path, a JSON pointer, a CSV column. */
  readonly address: string;
  readonly sourceUnit: string;
  /** Applied after the unit: current and voltage transformer ratio, or a scale of the device. */
  readonly multiplier: number;
  /** Values outside are kept and marked uncertain. */
  readonly range: readonly [low: number, high: number] | undefined;
  readonly deadband: Deadband | undefined;
  readonly samplingIntervalMs: number;
  readonly writable: boolean;
}

export interface Deadband {
  readonly kind: 'absolute' | 'percent';
  /** Absolute: in the source's unit. Percent: of the range's span. */
  readonly value: number;
}
