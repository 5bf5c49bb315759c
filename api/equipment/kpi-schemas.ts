import Type, { type Static } from 'typebox';
import { closed, From, To } from '../schemas/common.ts';

export const KpiQuery = Type.Object({ from: From, to: To, asset: Type.Optional(Type.String()) }, closed);

const figure = (description: string) => Type.Union([Type.Number(), Type.Null()], { description });

const MachineKpiSchema = Type.Object({
  asset: Type.String(),
  knownShare: Type.Number({ description: 'Share of the planned time in which the state is known, 0 to 1.' }),
  plannedBusyS: figure('Shift time in which the state is known, s.'),
  allocatedS: Type.Number({ description: 'Planned time not stopped, s.' }),
  productionS: Type.Number({ description: 'Running in planned time, s.' }),
  faultS: Type.Number({ description: 'Not running in windows mostly in fault, in planned time, s.' }),
  unplannedProductionS: Type.Number({ description: 'Running outside the shifts, s; in no ratio.' }),
  produced: figure('Pieces made in planned time.'),
  good: figure('Good pieces of them.'),
  availability: figure('Production time over planned busy time.'),
  effectiveness: figure('Planned run time of the pieces over production time; may exceed 1.'),
  quality: figure('Good over made.'),
  oee: figure('Availability times effectiveness times quality.'),
  utilisation: figure('Production time over allocated time.'),
  allocation: figure('Allocated time over planned busy time.'),
  technicalEfficiency: figure('Production time over production and fault time.'),
  failures: Type.Union([Type.Integer(), Type.Null()], { description: 'Stretches of fault that began.' }),
  starts: Type.Integer({ description: 'Changes into running.' }),
  runHours: Type.Number(),
  mtbfS: figure('Operating time over failures, s; see reliabilityRule.'),
  mttrS: figure('Repair time over failures, s.'),
  losses: Type.Union([Type.Array(Type.Object({ name: Type.String(), seconds: Type.Number() })), Type.Null()]),
  warnings: Type.Array(Type.String()),
  missing: Type.Array(Type.Object({ figure: Type.String(), reason: Type.String() }), {
    description: 'Why a figure is null.',
  }),
});
export type MachineKpi = Static<typeof MachineKpiSchema>;

export const KpiAnswer = Type.Object({
  edition: Type.String(),
  rule: Type.String({ description: 'How times are counted.' }),
  reliabilityRule: Type.String({ description: 'How mean times between failures and to repair are counted.' }),
  machines: Type.Array(MachineKpiSchema),
});
