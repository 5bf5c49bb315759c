import { hourMs } from '../../model/window.ts';
import type { FaultRule } from '../../scenarios/equipment/diagnosis/hypotheses.ts';
import type { ResultRow } from '../../store/time-series-store.ts';
import type { Backend } from '../ports.ts';
import { readResults } from '../query/results.ts';
import type { FleetMachine } from './condition-schemas.ts';

/** A machine that stood since then was not judged lately. */
const LATELY_MS = 36 * hourMs;

/** Every machine with its newest health, what needs attention first. */
export async function fleet(backend: Backend): Promise<FleetMachine[]> {
  const nowMs = backend.clock.nowMs();
  const span = { startMs: nowMs - LATELY_MS, endMs: nowMs + 1 };
  const [health, states, severities] = await Promise.all(
    ['machine_health', 'machine_state', 'vibration_severity'].map(async (measurement) =>
      newestByAsset(await readResults(backend, { measurement, span, limit: 500_000 })),
    ),
  );
  const machines = backend.plant.assets.filter(({ nature }) => nature.scenario === 'equipment');
  return machines
    .map(({ id, name }) =>
      machineOf(
        id,
        backend.layout?.names.get(id) ?? name,
        health?.get(id),
        states?.get(id),
        severities?.get(id),
      ),
    )
    .map((machine) => named(backend.condition?.faults ?? [], machine))
    .sort((a, b) => b.attention - a.attention || a.asset.localeCompare(b.asset));
}

function newestByAsset(rows: readonly ResultRow[]): Map<string, ResultRow> {
  const newest = new Map<string, ResultRow>();
  for (const row of rows) {
    const asset = row.series.asset ?? '';
    if ((newest.get(asset)?.timeMs ?? Number.NEGATIVE_INFINITY) <= row.timeMs) newest.set(asset, row);
  }
  return newest;
}

function machineOf(
  asset: string,
  name: string,
  health: ResultRow | undefined,
  state: ResultRow | undefined,
  severity: ResultRow | undefined,
): FleetMachine {
  const fields = health?.fields ?? {};
  const number = (key: string): number | null => (typeof fields[key] === 'number' ? fields[key] : null);
  const running = String(state?.fields.state ?? 'unknown');
  const machine = {
    ...{ asset, name, state: running },
    index: number('index'),
    because: String(fields.because ?? 'nothing'),
    zone: String(severity?.fields.zone ?? 'unknown'),
    diagnosis: String(fields.diagnosis ?? 'none'),
    confidence: number('diagnosisConfidence') ?? 0,
    warningOf: String(fields.warningOf ?? ''),
    warning: number('warning'),
    anomaly: number('anomaly'),
    modelVersion: number('modelVersion') ?? 0,
    ...(health && { judged: new Date(health.timeMs).toISOString() }),
  };
  return { ...machine, attention: attentionOf(machine) };
}

/** The told fault in words, where the rules are at hand. */
const named = (faults: readonly FaultRule[], machine: FleetMachine): FleetMachine => {
  const fault = faults.find(({ id }) => id === machine.diagnosis);
  return fault ? { ...machine, diagnosisName: fault.name } : machine;
};

/** What health has lost; a machine in fault comes before all, one that nothing is known of just after the healthy. */
function attentionOf({ index, state }: Pick<FleetMachine, 'index' | 'state'>): number {
  return (index === null ? 0.5 : 100 - index) + (state === 'fault' ? 100 : 0);
}
