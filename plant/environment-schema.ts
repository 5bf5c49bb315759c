import Type, { type Static } from 'typebox';
import { Duration, Id, strict } from './schema-parts.ts';

const LocalDate = Type.String({ pattern: '^\\d{4}-\\d{2}-\\d{2}$', description: 'A local day, 2025-06-01.' });
const Mass = Type.Optional(Type.Number({ exclusiveMinimum: 0, description: 'Tonnes.' }));
const Pollutant = Type.String({
  minLength: 1,
  description: "A quantity of the outlet's nature, such as nox.",
});

const LocalLimitFile = Type.Object(
  {
    pollutant: Pollutant,
    high: Type.Optional(Type.Number()),
    low: Type.Optional(Type.Number({ description: 'For pH.' })),
    edition: Type.String({ minLength: 1, description: 'Local standard or permit that sets it.' }),
    from: Type.Optional(LocalDate),
    until: Type.Optional(LocalDate),
  },
  { ...strict, description: 'Beside the standards; the stricter wins.' },
);

const OutletFile = Type.Object(
  {
    asset: Type.String({ description: 'The stack monitor, wastewater outlet or ambient station.' }),
    permit: Type.Optional(
      Type.Object(
        {
          number: Type.String({ minLength: 1 }),
          authority: Type.Optional(Type.String()),
          from: LocalDate,
          until: LocalDate,
        },
        strict,
      ),
    ),
    sources: Type.Optional(Type.Array(Type.String(), { description: 'Assets whose emissions leave here.' })),
    facilities: Type.Optional(Type.Array(Type.String(), { description: 'Treatment facilities before it.' })),
    standards: Type.Optional(
      Type.Array(
        Type.Object(
          {
            table: Type.String({ description: 'Such as "GB 13271-2014 table 3, gas".' }),
            from: Type.Optional(LocalDate),
            until: Type.Optional(LocalDate),
          },
          strict,
        ),
      ),
    ),
    local: Type.Optional(Type.Array(LocalLimitFile)),
    totals: Type.Optional(
      Type.Array(Type.Object({ pollutant: Pollutant, annualT: Mass, monthlyT: Mass }, strict)),
    ),
    ratios: Type.Optional(
      Type.Array(
        Type.Object(
          { numerator: Pollutant, denominator: Pollutant, low: Type.Number(), high: Type.Number() },
          { ...strict, description: 'Band of the ratio of two measured quantities.' },
        ),
      ),
    ),
  },
  strict,
);
export type OutletFile = Static<typeof OutletFile>;

const DutyFile = Type.Object(
  {
    kind: Type.Unsafe<'calibration' | 'maintenance' | 'verification'>(
      Type.Union(['calibration', 'maintenance', 'verification'].map((kind) => Type.Literal(kind))),
    ),
    every: Duration,
    last: LocalDate,
    note: Type.Optional(Type.String()),
  },
  strict,
);

const InstrumentFile = Type.Object(
  {
    id: Id,
    name: Type.Optional(Type.String({ minLength: 1 })),
    asset: Type.String({ description: 'The outlet or station it measures at.' }),
    ranges: Type.Record(Type.String(), Type.Tuple([Type.Number(), Type.Number()]), {
      description: 'Measuring range of each quantity.',
    }),
    checkGases: Type.Optional(
      Type.Record(Type.String(), Type.Object({ zero: Type.Number(), span: Type.Number() }, strict), {
        description: 'What the automatic zero and span check feeds.',
      }),
    ),
    driftLimitPct: Type.Optional(
      Type.Number({ exclusiveMinimum: 0, description: 'Per cent of the range; default 2.5 (HJ 75-2017).' }),
    ),
    duties: Type.Optional(Type.Array(DutyFile)),
  },
  strict,
);
export type InstrumentFile = Static<typeof InstrumentFile>;

export const EnvironmentFile = Type.Object(
  {
    outlets: Type.Optional(Type.Array(OutletFile)),
    instruments: Type.Optional(Type.Array(InstrumentFile)),
  },
  { ...strict, description: 'Pollution sources: permits, limits, totals, instruments and their calendar.' },
);
export type EnvironmentFile = Static<typeof EnvironmentFile>;
