import Type, { type Static } from 'typebox';
import { TableFormat } from '../query/table.ts';
import { closed, IsoTime } from '../schemas/common.ts';
import { CarrierBalanceSchema } from './balance-schemas.ts';
import { MeterCostSchema, MonthBillSchema } from './cost-schemas.ts';
import { CarbonRowSchema } from './figure-schemas.ts';
import { IntensityGroupSchema } from './intensity-schemas.ts';

export const ReportQuery = Type.Object(
  {
    month: Type.Optional(
      Type.String({ pattern: '^\\d{4}-(0[1-9]|1[0-2])$', description: 'Default: the month that runs.' }),
    ),
    format: TableFormat,
  },
  closed,
);

const QualityRow = Type.Object({
  meter: Type.String(),
  name: Type.String(),
  carrier: Type.String(),
  energy: Type.Optional(Type.Number()),
  unit: Type.String(),
  completeness: Type.Number(),
  estimatedShare: Type.Number(),
  findings: Type.Integer({ description: 'Of validation.' }),
  revision: Type.Integer(),
});

const EnpiRow = Type.Object({
  meter: Type.String(),
  model: Type.String(),
  unit: Type.String(),
  enpi: Type.Optional(Type.Number()),
  actual: Type.Optional(Type.Number()),
  expected: Type.Optional(Type.Number()),
  savings: Type.Optional(Type.Number()),
  savingsUncertainty: Type.Optional(Type.Number()),
  note: Type.Optional(Type.String()),
});

const DemandRow = Type.Object({
  meter: Type.String(),
  demandKw: Type.Number(),
  at: IsoTime,
  slidingKw: Type.Optional(Type.Number()),
});

export const ReportAnswer = Type.Object({
  month: Type.String(),
  site: Type.String(),
  from: IsoTime,
  to: IsoTime,
  isComplete: Type.Boolean({ description: 'Whether the month has passed.' }),
  made: IsoTime,
  currency: Type.Optional(Type.String()),
  tariff: Type.Optional(Type.String()),
  meters: Type.Array(QualityRow),
  cost: Type.Array(MeterCostSchema),
  bills: Type.Array(MonthBillSchema),
  demand: Type.Array(DemandRow),
  balance: Type.Array(CarrierBalanceSchema),
  carbon: Type.Array(CarbonRowSchema),
  enpi: Type.Array(EnpiRow),
  intensity: Type.Array(IntensityGroupSchema),
});
export type Report = Static<typeof ReportAnswer>;
