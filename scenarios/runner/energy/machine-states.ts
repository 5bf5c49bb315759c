import type { TimeWindow } from '../../../model/window.ts';
import { quarterHourMs } from '../../../model/window.ts';
import type { StateWindow } from '../../energy/idle-consumption.ts';
import type { EnergySources } from './energy-sources.ts';

const MOST_ROWS = 500_000;

/** Known time of a machine, from the equipment scenario. */
export interface MachineStates {
  readonly windows: readonly StateWindow[];
  /** Share of the span. */
  readonly completeness: number;
}

/**
 * Quarters of an hour in which each machine was in one state all the time: a quarter that it shared is left out, since nobody knows
 * which part of the energy went where.
 */
export async function machineStates(
  { store }: Pick<EnergySources, 'store'>,
  span: TimeWindow,
): Promise<ReadonlyMap<string, MachineStates>> {
  const rows = await store.results({ measurement: 'machine_state', ...span, limit: MOST_ROWS });
  const byAsset = new Map<string, StateWindow[]>();
  for (const { series, timeMs, fields } of rows) {
    if (fields.withdrawn === true || typeof fields.state !== 'string') continue;
    const asset = series.asset ?? '';
    const windows = byAsset.get(asset) ?? [];
    windows.push({ startMs: timeMs, endMs: timeMs + quarterHourMs, state: stateOf(fields) });
    byAsset.set(asset, windows);
  }
  const lengthMs = span.endMs - span.startMs;
  return new Map(
    [...byAsset].map(([asset, windows]) => [
      asset,
      { windows, completeness: Math.min(1, (windows.length * quarterHourMs) / lengthMs) },
    ]),
  );
}

function stateOf({ state, runningShare }: Readonly<Record<string, unknown>>): StateWindow['state'] {
  const share = typeof runningShare === 'number' ? runningShare : state === 'running' ? 1 : 0;
  if (share > 0) return 'running';
  if (state === 'idle') return 'idle';
  return state === 'stopped' || state === 'fault' ? 'stopped' : 'unknown';
}
