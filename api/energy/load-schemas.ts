import Type, { type Static } from 'typebox';
import { IsoTime } from '../schemas/common.ts';

const optional = Type.Optional(Type.Number());

const QualitySchema = Type.Object({
  asset: Type.String(),
  quantity: Type.String(),
  tag: Type.String(),
  unit: Type.String(),
  least: Type.Number(),
  mean: Type.Number(),
  most: Type.Number(),
  p95: Type.Number({ description: '95 of 100 minutes stay below it, by size.' }),
  limitLow: Type.Number(),
  limitHigh: Type.Number(),
  outsideShare: Type.Number({ description: 'Share of the known minutes outside the limit.' }),
  isWithin: Type.Boolean({ description: 'At least 95 % of the known minutes are within the limit.' }),
  completeness: Type.Number(),
  edition: Type.String(),
  evidence: Type.String({ description: 'How well the limit was checked.' }),
});
export type Quality = Static<typeof QualitySchema>;

const FactorSchema = Type.Object({
  asset: Type.String(),
  activeEnergy: Type.Number({ description: 'kWh' }),
  reactiveEnergy: Type.Number({ description: 'kvarh' }),
  powerFactor: optional,
  lowest: Type.Optional(
    Type.Object({ start: IsoTime, powerFactor: Type.Number() }, { description: 'Of the quarters.' }),
  ),
  completeness: Type.Number(),
});
export type Factor = Static<typeof FactorSchema>;

export const QualityAnswer = Type.Object({
  powerFactors: Type.Array(FactorSchema, { description: 'From the totals of the span, never a mean.' }),
  supply: Type.Array(QualitySchema),
});

export const ProfileAnswer = Type.Object({
  meter: Type.String(),
  peakKw: optional,
  meanKw: optional,
  loadFactor: optional,
  baseLoadKw: Type.Optional(Type.Number({ description: '5th percentile of the quarters.' })),
  baseLoadShare: optional,
  completeness: Type.Number(),
  edition: Type.String(),
  week: Type.Array(
    Type.Object({
      hour: Type.Integer({ description: 'From Monday 00:00, plant time.' }),
      meanKw: Type.Number(),
    }),
  ),
  duration: Type.Array(Type.Number(), { description: 'Powers from the highest down, kW; at most 200.' }),
});
export type Profile = Static<typeof ProfileAnswer>;

const IdleSchema = Type.Object({
  machine: Type.String(),
  name: Type.String(),
  meter: Type.String(),
  state: Type.String(),
  hours: Type.Number(),
  energyKwh: Type.Number(),
  meanKw: Type.Number(),
  text: Type.String({ description: 'As a person would say it.' }),
  completeness: Type.Number({ description: 'Share of the span with a known state.' }),
});
export type Idle = Static<typeof IdleSchema>;

const NightSchema = Type.Object({
  meter: Type.String(),
  nightKwh: Type.Number(),
  nightKw: Type.Number({ description: 'Mean.' }),
  share: Type.Number({ description: 'Of the energy of the span.' }),
  completeness: Type.Number({ description: 'Share of the nights that is metered.' }),
});
export type Night = Static<typeof NightSchema>;

export const IdleAnswer = Type.Object({
  night: Type.Object({ from: Type.String(), to: Type.String(), meters: Type.Array(NightSchema) }),
  machines: Type.Array(IdleSchema),
});

const AirSchema = Type.Object({
  name: Type.String(),
  energyKwh: Type.Optional(Type.Number({ description: 'Left out where a compressor has no value.' })),
  airM3: optional,
  specificEnergyKwhPerM3: optional,
  specificPowerKwPerM3Min: optional,
  leakM3PerHour: optional,
  leakShare: optional,
  leakEnergyKwh: optional,
  idleHours: Type.Optional(Type.Number({ description: 'That the leak estimate rests on.' })),
  note: Type.Optional(Type.String()),
  completeness: Type.Number(),
  method: Type.String(),
  revision: Type.Integer({ description: 'Greatest of the intervals in it.' }),
  edition: Type.String(),
});
export type Air = Static<typeof AirSchema>;

const BoilerSchema = Type.Object({
  name: Type.String(),
  fuel: Type.Optional(Type.Number()),
  fuelUnit: Type.String(),
  steamT: optional,
  efficiency: Type.Optional(Type.Number({ description: 'Direct method; a fraction.' })),
  note: Type.Optional(Type.String()),
  completeness: Type.Number(),
  method: Type.String(),
  revision: Type.Integer({ description: 'Greatest of the intervals in it.' }),
  edition: Type.String(),
});
export type Boiler = Static<typeof BoilerSchema>;

export const UtilitiesAnswer = Type.Object({ air: Type.Array(AirSchema), boilers: Type.Array(BoilerSchema) });

export const FitRateAnswer = Type.Object({
  edition: Type.String(),
  note: Type.String(),
  rates: Type.Array(
    Type.Object({
      carrier: Type.String(),
      level: Type.String(),
      required: Type.Integer(),
      installed: Type.Integer(),
      ratePct: Type.Number(),
      leastPct: optional,
      isMet: Type.Optional(Type.Boolean()),
    }),
  ),
});
