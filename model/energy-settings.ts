import type { TimeWindow } from './window.ts';

/** How the basic charge (基本电费) of a tariff version is counted, month by month. */
export type BasicCharge =
  | { readonly basis: 'capacity'; readonly pricePerKva: number }
  | {
      readonly basis: 'declared' | 'measured';
      readonly pricePerKw: number;
      readonly rule?: DemandRuleChange;
    };

/** Editable: provincial notices change these. */
export interface DemandRuleChange {
  /** Least billed demand, share of the transformer capacity. */
  readonly leastShareOfCapacity?: number;
  /** Demand up to this multiple of the declared value is billed as declared. */
  readonly tolerance?: number;
  /** Price factor of the part above. */
  readonly excessFactor?: number;
  readonly edition?: string;
}

/** A meter that is a formula over others. */
export interface VirtualMeterSetting {
  readonly id: string;
  readonly name: string;
  readonly carrier: string;
  readonly unit: string;
  readonly formula: string;
}

/** Declared end of one segment of a register and start of the next: swap of the meter, reset, change of the ratio. */
export interface RegisterChange {
  readonly meter: string;
  readonly quantity: string;
  readonly atMs: number;
  readonly reason: 'swap' | 'reset' | 'ratio';
  /** Register units, before the multiplier. */
  readonly finalReading: number;
  readonly initialReading: number;
  readonly digits?: number;
}

/** Energy per unit of output. */
export interface ProductSetting {
  readonly id: string;
  readonly name: string;
  readonly meters: readonly string[];
  /** Tags of counters whose increase is the output. */
  readonly outputs: readonly string[];
  readonly unit: string;
}

export interface BaselineSetting {
  readonly meter: string;
  readonly model: string;
  /** Tag of the outdoor temperature. */
  readonly temperature: string;
  readonly every: 'hour' | 'day';
  /** Fixed baseline period; without one the days before what is reported. */
  readonly period?: TimeWindow;
  readonly daysBefore: number;
}

export interface AirStationSetting {
  readonly name: string;
  /** Electricity meters of the compressors. */
  readonly compressors: readonly string[];
  /** Meter of the delivered air. */
  readonly air: string;
  /** Machines that use the air: while none of them runs, what flows are leaks. */
  readonly consumers: readonly string[];
}

export interface BoilerSetting {
  readonly name: string;
  readonly fuel: string;
  readonly steam: string;
  readonly feedWaterEnthalpyKjPerKg: number;
}

/** A place where a meter is required and none is installed. */
export interface MeteringPointSetting {
  readonly name: string;
  readonly carrier: string;
  readonly level: 'site' | 'unit' | 'equipment';
}

export interface VeeSettings {
  readonly shortGapHours: number;
  readonly highMultiple: number;
  readonly lowShare: number;
  readonly spikePct: number;
  readonly stuckHours: number;
}

/** The energy section of the plant file beside its tariff. */
export interface EnergySettings {
  readonly virtualMeters: readonly VirtualMeterSetting[];
  readonly registerChanges: readonly RegisterChange[];
  readonly products: readonly ProductSetting[];
  readonly baselines: readonly BaselineSetting[];
  readonly airStations: readonly AirStationSetting[];
  readonly boilers: readonly BoilerSetting[];
  readonly missingMeters: readonly MeteringPointSetting[];
  readonly vee: Partial<VeeSettings>;
}

export const noEnergySettings: EnergySettings = {
  virtualMeters: [],
  registerChanges: [],
  products: [],
  baselines: [],
  airStations: [],
  boilers: [],
  missingMeters: [],
  vee: {},
};
