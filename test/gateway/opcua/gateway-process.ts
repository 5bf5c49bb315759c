import { fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { expect, onTestFinished, vi } from 'vitest';
import { openSpool } from '../../../gateway/lmdb-spool.ts';
import { lanes } from '../../../gateway/spool.ts';
import { decodeBatch } from '../../../model/batch.ts';
import type { StationHealth } from '../../../model/health.ts';
import type { Tag } from '../../../model/plant.ts';
import { patience } from './fault-bench.ts';
import { quickTiming, RecordingSink } from './harness.ts';

/** A gateway in a process of its own: OPC UA source, intake and spool. */
export interface GatewayProcess {
  untilReadings(count: number): Promise<number>;
  untilNoGaps(): Promise<void>;
  /** Until so many readings wait for the spool. */
  untilQueue(count: number): Promise<void>;
  untilSpool(state: StationHealth['state']): Promise<void>;
  /** What the spool last complained of. */
  spoolError(): string;
  kill(): Promise<void>;
}

export function startGateway(
  url: string,
  folder: string,
  pkiFolder: string,
  tags: readonly Tag[],
): GatewayProcess {
  const parameters = {
    folder,
    pkiFolder,
    tags,
    timing: quickTiming,
    config: { kind: 'opcua', endpoint: url, publishingInterval: '100ms' },
  };
  const runner = fileURLToPath(new URL('../../peers/run-ts.mjs', import.meta.url));
  const child = fork(runner, ['/test/peers/opcua-gateway.ts', JSON.stringify(parameters)]);
  let state = { readings: 0, openGaps: 0, queue: 0, spoolState: 'ok', spoolError: '' };
  onTestFinished(() => {
    child.kill('SIGKILL');
  });
  child.on('message', (message) => {
    state = message as typeof state;
  });
  return {
    untilReadings: async (count) => {
      await vi.waitFor(() => expect(state.readings).toBeGreaterThanOrEqual(count), patience);
      return state.readings;
    },
    untilSpool: (wanted) => vi.waitFor(() => expect(state.spoolState).toBe(wanted), patience),
    untilQueue: (count) => vi.waitFor(() => expect(state.queue).toBeGreaterThan(count), patience),
    spoolError: () => state.spoolError,
    untilNoGaps: () => vi.waitFor(() => expect(state.openGaps).toBe(0), patience),
    kill: () =>
      new Promise((resolve) => {
        child.once('exit', () => resolve());
        child.kill('SIGKILL');
      }),
  };
}

/** What a killed gateway left on disk. */
export function spooled(folder: string): RecordingSink {
  const spool = openSpool({ dir: `${folder}/spool`, gateway: 'test' });
  const sink = new RecordingSink();
  for (const lane of lanes) {
    for (const { payload } of spool.read(lane, 0, 1_000_000))
      sink.readings.push(...decodeBatch(payload.toString()).readings);
  }
  return sink;
}
