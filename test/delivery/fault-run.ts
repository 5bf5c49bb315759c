import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, vi } from 'vitest';
import type { TimeSeriesStore } from '../../store/time-series-store.ts';
import { tagCount } from './child-setup.ts';
import { type DurabilityRow, record } from './durability-report.ts';
import { NumberedDevice } from './numbered-device.ts';
import { numberPlant } from './numbers.ts';
import { type DeliveryPath, startDeliveryPath } from './platform.ts';
import { verify } from './verify.ts';

export interface FaultRun extends Pick<DurabilityRow, 'fault' | 'store'> {
  readonly count: number;
  /** Numbers that the fault makes the store refuse for good. */
  readonly leftOut?: ReadonlySet<number>;
  /** Sends the numbers (all, in four parts, by default) and brings the fault about. */
  readonly drive?: (device: NumberedDevice, path: DeliveryPath) => Promise<void>;
}

/** A device sends all numbers through the real path in this process; then the store is read back. */
export async function runFault(
  run: FaultRun,
  store: Pick<TimeSeriesStore, 'write' | 'readings'>,
): Promise<void> {
  const { fault, count, leftOut = new Set(), drive = async (device) => device.send(0, count) } = run;
  const began = performance.now();
  const folder = mkdtempSync(join(tmpdir(), 'plantscope-fault-'));
  const path = await startDeliveryPath(folder, numberPlant(tagCount), store);
  const device = new NumberedDevice(path.broker.url, path.credentials.get('device')?.password ?? '');
  await drive(device, path);
  await vi.waitFor(() => expect(device.unacknowledged).toBe(0), { timeout: 60_000, interval: 10 });
  await vi.waitFor(() => expect(path.spool.size()).toBe(0), { timeout: 60_000, interval: 10 });
  const verdict = await verify(store, count, leftOut);
  const quarantined = path.state.quarantine.counts().items;
  await device.stop();
  await path.stop();
  const seconds = (performance.now() - began) / 1000;
  record({ fault, store: run.store, ...verdict, quarantined, seconds });
  expect({ ...verdict, quarantined }).toEqual({
    ...{ expected: count - leftOut.size, missing: 0, duplicated: 0, foreign: 0 },
    quarantined: leftOut.size,
  });
}
