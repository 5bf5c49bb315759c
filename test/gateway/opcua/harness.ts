import { readFileSync } from 'node:fs';
import { pino } from 'pino';
import { applicationIdentity, trust } from '../../../gateway/opcua/certificates.ts';
import type { GapStore } from '../../../gateway/opcua/gap.ts';
import { createOpcuaSource, type OpcuaSource } from '../../../gateway/opcua/opcua-source.ts';
import type { OpcuaTiming } from '../../../gateway/opcua/timing.ts';
import type { SourceSink } from '../../../gateway/source.ts';
import { type Clock, systemClock } from '../../../model/clock.ts';
import { eventOf, type SourceEvent } from '../../../model/event.ts';
import type { ValueKind } from '../../../model/nature.ts';
import type { Tag } from '../../../model/plant.ts';
import type { Reading } from '../../../model/reading.ts';
import type { Refusal } from '../../../model/refusal.ts';
import type { OpcuaSourceFile } from '../../../plant/source-schema.ts';
import { type TestServer, temporaryFolder } from '../../peers/opcua-server.ts';

export const testNamespace = 'urn:plantscope:test';

/** Everything faster than on a shop floor, in the same proportions. */
export const quickTiming: OpcuaTiming = {
  connectTimeoutMs: 4_000,
  firstRetryMs: 100,
  longestRetryMs: 1_000,
  sessionRepairMs: 3_000,
  heartbeatMs: 400,
  heartbeatTimeoutMs: 800,
  requestTimeoutMs: 5_000,
  sessionTimeoutMs: 20_000,
  watchdogMs: 1_000,
  redundancyMs: 500,
  quarantineFirstMs: 500,
  quarantineLongestMs: 5_000,
  historySettleMs: 300,
  historyRetryMs: 500,
};

export function opcuaTag(
  quantity: string,
  address: string,
  more: Partial<Tag> & { kind?: ValueKind } = {},
): Tag {
  const { kind = 'number', ...rest } = more;
  const unit = rest.unit ?? '1';
  return {
    id: `plc.${quantity}`,
    asset: 'plc',
    area: 'area',
    line: 'line',
    quantity,
    definition: { unit, kind, label: { en: quantity, zh: quantity } },
    unit,
    nature: 'generic',
    source: 'plc1',
    address,
    sourceUnit: unit,
    multiplier: 1,
    range: undefined,
    deadband: undefined,
    samplingIntervalMs: 0,
    writable: false,
    ...rest,
  };
}

export const counterTag = (index: number): Tag =>
  opcuaTag(`counter${index}`, `nsu=${testNamespace};s=Counter${index}`);

/** Keeps what a source hands in; each (tag, time) once, as the store does, and counts what comes twice. */
export class RecordingSink implements SourceSink {
  readonly readings: Reading[] = [];
  readonly refusals: Refusal[] = [];
  readonly events: SourceEvent[] = [];
  readonly #newest = new Map<string, number>();
  /** Set to make the next deliveries fail, as a full disk does. */
  failure: Error | undefined;

  async accept(readings: readonly Reading[]): Promise<void> {
    if (this.failure) throw this.failure;
    for (const reading of readings) {
      const event = eventOf(reading);
      if (event) {
        this.events.push(event);
        continue;
      }
      this.readings.push(reading);
      const newest = this.#newest.get(reading.tag) ?? 0;
      this.#newest.set(reading.tag, Math.max(newest, reading.timeMs));
    }
  }

  async refuse(refusals: readonly Refusal[]): Promise<void> {
    this.refusals.push(...refusals);
  }

  newestTimeMs(tag: string): number | undefined {
    return this.#newest.get(tag);
  }

  of(quantity: string): Reading[] {
    return this.readings.filter(({ tag }) => tag === `plc.${quantity}`);
  }

  last(quantity: string): Reading | undefined {
    return this.of(quantity).at(-1);
  }
}

export interface TestSourceOptions {
  readonly url?: string;
  readonly config?: Partial<OpcuaSourceFile>;
  readonly tags: readonly Tag[];
  readonly pkiFolder: string;
  readonly timing?: Partial<OpcuaTiming>;
  readonly clock?: Clock;
  readonly gaps?: GapStore;
}

export function testSource({ url, config, timing, clock, ...options }: TestSourceOptions): OpcuaSource {
  return createOpcuaSource({
    id: 'plc1',
    config: {
      kind: 'opcua',
      ...(url === undefined ? {} : { endpoint: url }),
      publishingInterval: '100ms',
      ...config,
    } as OpcuaSourceFile,
    clock: clock ?? systemClock,
    logger: pino({ level: process.env.OPCUA_TEST_LOG ?? 'silent' }, process.stderr),
    readSecret: (path) => readFileSync(path, 'utf8').trimEnd(),
    timing: { ...quickTiming, ...timing },
    ...options,
  });
}

let sharedClient: string | undefined;

/** The PKI folder of the client of this test file, its key made once; from now on it trusts these servers, too. */
export async function clientTrusting(
  ...servers: readonly Pick<TestServer, 'certificateFile'>[]
): Promise<string> {
  sharedClient ??= temporaryFolder('opcua-client');
  const pkiFolder = sharedClient;
  const identity = await applicationIdentity(pkiFolder);
  for (const { certificateFile } of servers) await trust(identity.store, readFileSync(certificateFile));
  await identity.store.dispose();
  return pkiFolder;
}
