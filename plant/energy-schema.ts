import Type, { type Static } from 'typebox';
import { type DayType, dayTypes, type TariffPeriod, tariffPeriods } from '../model/tariff.ts';
import { energyAnalysisFields } from './energy-analysis-schema.ts';
import { strict } from './schema-parts.ts';

const LocalDate = Type.String({ pattern: '^\\d{4}-\\d{2}-\\d{2}$', description: 'A local day, 2025-06-01.' });
const price = Type.Optional(Type.Number());

const TariffSlotFile = Type.Object(
  {
    start: Type.String({ pattern: '^([01]\\d|2[0-3]):[0-5]\\d$' }),
    end: Type.String({ pattern: '^(([01]\\d|2[0-3]):[0-5]\\d|24:00)$', description: 'Up to 24:00.' }),
    period: Type.Unsafe<TariffPeriod>(Type.Union(tariffPeriods.map((name) => Type.Literal(name)))),
  },
  strict,
);

const TariffScheduleFile = Type.Object(
  {
    months: Type.Optional(
      Type.Array(Type.Integer({ minimum: 1, maximum: 12 }), { minItems: 1, description: 'Default: all.' }),
    ),
    dayTypes: Type.Optional(
      Type.Array(Type.Unsafe<DayType>(Type.Union(dayTypes.map((name) => Type.Literal(name)))), {
        minItems: 1,
        description: 'Default: all.',
      }),
    ),
    slots: Type.Array(TariffSlotFile, { minItems: 1, description: 'Cover the day exactly, in any order.' }),
  },
  strict,
);
export type TariffScheduleFile = Static<typeof TariffScheduleFile>;

const demandRule = {
  leastShareOfCapacity: Type.Optional(Type.Number({ minimum: 0, maximum: 1, description: 'Default: 0.4.' })),
  tolerance: Type.Optional(Type.Number({ minimum: 1, description: 'Default: 1.05.' })),
  excessFactor: Type.Optional(Type.Number({ minimum: 1, description: 'Default: 2.' })),
  edition: Type.Optional(Type.String()),
};

const BasicChargeFile = Type.Union([
  Type.Object({ basis: Type.Literal('capacity'), pricePerKva: Type.Number({ minimum: 0 }) }, strict),
  Type.Object(
    {
      basis: Type.Union([Type.Literal('declared'), Type.Literal('measured')]),
      pricePerKw: Type.Number({ minimum: 0 }),
      rule: Type.Optional(Type.Object(demandRule, strict)),
    },
    strict,
  ),
]);

const TariffVersionFile = Type.Object(
  {
    from: LocalDate,
    edition: Type.String({ minLength: 1, description: 'Document that sets it; named on each cost.' }),
    energyPrices: Type.Object(
      { sharp: price, peak: price, flat: price, valley: price, deepValley: price },
      { ...strict, description: 'Per unit of energy.' },
    ),
    basicCharge: Type.Optional(BasicChargeFile),
    powerFactorTarget: Type.Optional(
      Type.Union([Type.Literal(0.9), Type.Literal(0.85), Type.Literal(0.8)], {
        description: 'Of 力调电费; without it no adjustment.',
      }),
    ),
    schedules: Type.Array(TariffScheduleFile, { minItems: 1 }),
  },
  strict,
);
export type TariffVersionFile = Static<typeof TariffVersionFile>;

const TariffFile = Type.Object(
  {
    name: Type.String({ minLength: 1 }),
    currency: Type.String({ pattern: '^[A-Z]{3}$', description: 'ISO 4217, as CNY.' }),
    unit: Type.Optional(
      Type.Union([Type.Literal('kWh'), Type.Literal('MWh')], { description: 'Default: kWh.' }),
    ),
    holidays: Type.Optional(Type.Array(LocalDate, { description: 'Days of day type `holiday`.' })),
    versions: Type.Array(TariffVersionFile, { minItems: 1, description: 'Each until the next.' }),
  },
  { ...strict, description: 'Time-of-use tariff of electricity.' },
);
export type TariffFile = Static<typeof TariffFile>;

export const EnergyFile = Type.Object({ tariff: Type.Optional(TariffFile), ...energyAnalysisFields }, strict);
export type EnergyFile = Static<typeof EnergyFile>;
