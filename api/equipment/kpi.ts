import type { Asset } from '../../model/plant.ts';
import { quarterHourMs, type TimeWindow } from '../../model/window.ts';
import { lossWaterfall, productionKpis } from '../../scenarios/equipment/kpi/oee.ts';
import { reliability } from '../../scenarios/equipment/kpi/reliability.ts';
import type { AggregatePoint, ResultRow } from '../../store/time-series-store.ts';
import type { Backend } from '../ports.ts';
import { readResults } from '../query/results.ts';
import type { MachineKpi } from './kpi-schemas.ts';
import { type MachineTime, machineTime } from './machine-time.ts';
import { plannedSeconds, plannedWindows } from './planned-time.ts';
import { stateSpans } from './states.ts';

/** What is known of one machine; undefined with its reason beside it. */
interface KnownRecord {
  readonly plannedBusyS: number | undefined;
  readonly produced: number | undefined;
  readonly good: number | undefined;
  readonly idealCycleS: number | undefined;
}

type Missing = MachineKpi['missing'];

/** The key figures of every machine, or of one. Without shifts all time counts as time the machine could be used in. */
export async function machineKpis(
  backend: Backend,
  span: TimeWindow,
  asset: string | undefined,
): Promise<MachineKpi[]> {
  const past = { ...span, endMs: Math.min(span.endMs, backend.clock.nowMs()) };
  const shifts = backend.layout?.shifts ?? [];
  const planned = shifts.length > 0 ? plannedWindows(shifts, backend.calendar, past) : [past];
  const machines = backend.plant.assets.filter(
    ({ id, nature }) => nature.scenario === 'equipment' && (asset === undefined || id === asset),
  );
  return Promise.all(machines.map((machine) => kpiOf(backend, machine, past, planned, shifts.length > 0)));
}

async function kpiOf(
  backend: Backend,
  machine: Asset,
  span: TimeWindow,
  planned: readonly TimeWindow[],
  hasShifts: boolean,
): Promise<MachineKpi> {
  const rows = await readResults(backend, {
    measurement: 'machine_state',
    span,
    where: { asset: machine.id },
    limit: 500_000,
  });
  const time = machineTime(rows, planned);
  const [produced, good] = await Promise.all([
    partsOf(backend, machine, 'partsTotal', span, time),
    partsOf(backend, machine, 'goodPartsTotal', span, time),
  ]);
  const { idealCycleS } = machine.properties;
  return {
    asset: machine.id,
    knownShare: time.knownS / Math.max(1, plannedSeconds(span, planned)),
    ...reliabilityOf(rows, span),
    ...answerOf(
      time,
      {
        plannedBusyS: hasShifts && time.knownS > 0 ? time.knownS : undefined,
        produced,
        good,
        idealCycleS: typeof idealCycleS === 'number' ? idealCycleS : undefined,
      },
      hasShifts,
    ),
  };
}

function reliabilityOf(
  rows: readonly ResultRow[],
  span: TimeWindow,
): Pick<MachineKpi, 'failures' | 'starts' | 'runHours' | 'mtbfS' | 'mttrS'> {
  const { failures, mtbfS, mttrS } = reliability(stateSpans(rows), span);
  const sum = (field: string): number =>
    rows.reduce((total, { fields }) => total + Number(fields[field] ?? 0), 0);
  return {
    failures: rows.length === 0 ? null : failures,
    starts: sum('starts'),
    runHours: sum('runningS') / 3600,
    mtbfS: mtbfS ?? null,
    mttrS: mttrS ?? null,
  };
}

/** Pieces counted in the windows whose state is known; undefined where no counter reads anything. */
async function partsOf(
  { store }: Backend,
  machine: Asset,
  quantity: string,
  span: TimeWindow,
  { plannedShares }: MachineTime,
): Promise<number | undefined> {
  const tag = machine.tags.find((one) => one.quantity === quantity);
  if (!tag || plannedShares.size === 0) return undefined;
  const [series] = await store.aggregates({
    tags: [tag.id],
    ...span,
    aggregate: 'increase',
    every: quarterHourMs,
  });
  const points = (series?.points ?? []).filter(({ timeMs }) => plannedShares.has(timeMs));
  const pieces = ({ timeMs, value }: AggregatePoint) => Number(value) * (plannedShares.get(timeMs) ?? 0);
  return points.length === 0 ? undefined : points.reduce((sum, point) => sum + pieces(point), 0);
}

function answerOf(
  time: MachineTime,
  known: KnownRecord,
  hasShifts: boolean,
): Omit<MachineKpi, 'asset' | 'knownShare' | 'failures' | 'starts' | 'runHours' | 'mtbfS' | 'mttrS'> {
  const { allocatedS, productionS, faultS, unplannedProductionS } = time;
  const { plannedBusyS, produced, idealCycleS } = known;
  const contradicts = produced !== undefined && (known.good ?? 0) > produced;
  const good = contradicts ? undefined : known.good;
  const record = {
    plannedBusyS: plannedBusyS ?? 0,
    allocatedS,
    productionS,
    faultS,
    plannedRunTimePerItemS: idealCycleS ?? 0,
    produced: produced ?? 0,
    good: produced === undefined ? 0 : (good ?? 0),
  };
  const kpis = productionKpis(record);
  const hasParts = produced !== undefined && idealCycleS !== undefined;
  const effectiveness = hasParts ? kpis.effectiveness : undefined;
  const quality = good === undefined ? undefined : kpis.quality;
  const hasAll = hasParts && good !== undefined && plannedBusyS !== undefined;
  return {
    plannedBusyS: plannedBusyS ?? null,
    allocatedS,
    productionS,
    faultS,
    unplannedProductionS,
    produced: produced ?? null,
    good: known.good ?? null,
    availability: kpis.availability ?? null,
    effectiveness: effectiveness ?? null,
    quality: quality ?? null,
    oee: (hasAll ? kpis.oee : undefined) ?? null,
    utilisation: kpis.utilisation ?? null,
    allocation: kpis.allocation ?? null,
    technicalEfficiency: kpis.technicalEfficiency ?? null,
    losses: hasAll ? lossWaterfall(record) : null,
    warnings: [...kpis.warnings, ...(contradicts ? ['good-above-produced'] : [])],
    missing: missingOf(time, known, hasShifts),
  };
}

/** Each input that is not there, named by the figure that fails first for want of it. */
function missingOf(
  { knownS, productionS }: MachineTime,
  { produced, good, idealCycleS }: KnownRecord,
  hasShifts: boolean,
): Missing {
  const reasons: readonly (readonly [isMissing: boolean, figure: string, reason: string])[] = [
    [!hasShifts, 'availability', 'the plant file has no shifts, so no time is planned'],
    [knownS === 0, 'availability', 'no state of the machine is known in this time'],
    [knownS > 0 && productionS === 0, 'effectiveness', 'the machine did not run'],
    [produced === undefined, 'effectiveness', 'no reading of partsTotal'],
    [idealCycleS === undefined, 'effectiveness', 'the machine has no property idealCycleS'],
    [good === undefined, 'quality', 'no reading of goodPartsTotal'],
    [
      produced !== undefined && (good ?? 0) > produced,
      'quality',
      'goodPartsTotal rose by more than partsTotal',
    ],
    [produced === 0, 'quality', 'no pieces were made'],
  ];
  return reasons.filter(([isMissing]) => isMissing).map(([, figure, reason]) => ({ figure, reason }));
}
