import Type, { type Static } from 'typebox';
import { Id, strict } from './schema-parts.ts';

const Name = Type.String({ minLength: 1 });
const Time = Type.String({
  pattern: '^\\d{4}-\\d{2}-\\d{2}([T ]\\d{2}:\\d{2}(:\\d{2})?(Z|[+-]\\d{2}:\\d{2})?)?$',
  description: 'ISO 8601; without zone it is plant time.',
});
const TagId = Type.String({
  pattern: '^[a-z0-9][a-z0-9-]{0,62}\\.[A-Za-z]\\w*$',
  description: '<asset>.<quantity>',
});

const VirtualMeterFile = Type.Object(
  {
    id: Id,
    name: Type.Optional(Name),
    formula: Type.String({
      minLength: 1,
      description: 'Over meters, as `meter-main - (meter-a + meter-b) * 0.98`; spaces around a minus.',
    }),
    unit: Type.Optional(Type.String({ description: 'Default: kWh.' })),
    carrier: Type.Optional(Type.String({ description: 'Default: electricity.' })),
  },
  strict,
);

const RegisterChangeFile = Type.Object(
  {
    meter: Id,
    quantity: Type.Optional(Type.String({ description: 'Default: the main register of the meter.' })),
    at: Time,
    reason: Type.Union([Type.Literal('swap'), Type.Literal('reset'), Type.Literal('ratio')]),
    finalReading: Type.Number({
      minimum: 0,
      description: 'Old segment, register units before the multiplier.',
    }),
    initialReading: Type.Number({ minimum: 0, description: 'New segment.' }),
    digits: Type.Optional(Type.Integer({ minimum: 1, maximum: 15 })),
  },
  strict,
);

const ProductFile = Type.Object(
  {
    id: Id,
    name: Type.Optional(Name),
    meters: Type.Array(Id, { minItems: 1 }),
    outputs: Type.Array(TagId, { minItems: 1, description: 'Counters whose increase is the output.' }),
  },
  strict,
);

const BaselineFile = Type.Object(
  {
    meter: Id,
    model: Type.Union(['mean', 'slr', '3pc', '3ph', '4p', '5p', 'towt'].map((kind) => Type.Literal(kind))),
    temperature: TagId,
    every: Type.Optional(
      Type.Union([Type.Literal('hour'), Type.Literal('day')], { description: 'Default: hour.' }),
    ),
    from: Type.Optional(Time),
    to: Type.Optional(Time),
    daysBefore: Type.Optional(
      Type.Integer({
        minimum: 1,
        maximum: 400,
        description: 'Without from and to: days before the reported time.',
      }),
    ),
  },
  strict,
);

const AirStationFile = Type.Object(
  {
    name: Name,
    compressors: Type.Array(Id, { minItems: 1 }),
    air: Id,
    consumers: Type.Array(Id, {
      minItems: 1,
      description: 'Machines; while none runs, what flows are leaks.',
    }),
  },
  strict,
);

const BoilerFile = Type.Object(
  {
    name: Name,
    fuel: Id,
    steam: Id,
    feedWaterEnthalpyKjPerKg: Type.Optional(Type.Number({ minimum: 0, description: 'Default: 84 (20 °C).' })),
  },
  strict,
);

const MissingMeterFile = Type.Object(
  {
    name: Name,
    carrier: Type.String(),
    level: Type.Union([Type.Literal('site'), Type.Literal('unit'), Type.Literal('equipment')]),
  },
  strict,
);

const VeeFile = Type.Object(
  {
    shortGapHours: Type.Optional(
      Type.Number({ exclusiveMinimum: 0, maximum: 24, description: 'Default: 2.' }),
    ),
    highMultiple: Type.Optional(Type.Number({ exclusiveMinimum: 1 })),
    lowShare: Type.Optional(Type.Number({ minimum: 0, exclusiveMaximum: 1 })),
    spikePct: Type.Optional(Type.Number({ exclusiveMinimum: 0 })),
    stuckHours: Type.Optional(Type.Number({ exclusiveMinimum: 0 })),
  },
  strict,
);

/** What the energy section holds beside the tariff. */
export const energyAnalysisFields = {
  virtualMeters: Type.Optional(Type.Array(VirtualMeterFile)),
  registerChanges: Type.Optional(
    Type.Array(RegisterChangeFile, { description: 'Swaps, resets, ratio changes.' }),
  ),
  products: Type.Optional(Type.Array(ProductFile, { description: 'For specific consumption.' })),
  baselines: Type.Optional(Type.Array(BaselineFile)),
  airStations: Type.Optional(Type.Array(AirStationFile)),
  boilers: Type.Optional(Type.Array(BoilerFile)),
  missingMeters: Type.Optional(
    Type.Array(MissingMeterFile, {
      description: 'Required by GB 17167 and not installed: they lower the fit rate.',
    }),
  ),
  vee: Type.Optional(VeeFile),
};

export type VirtualMeterFile = Static<typeof VirtualMeterFile>;
export type RegisterChangeFile = Static<typeof RegisterChangeFile>;
export type ProductFile = Static<typeof ProductFile>;
export type BaselineFile = Static<typeof BaselineFile>;
export type AirStationFile = Static<typeof AirStationFile>;
export type BoilerFile = Static<typeof BoilerFile>;
