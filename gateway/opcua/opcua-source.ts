import type { Logger } from 'pino';
import type { Clock } from '../../model/clock.ts';
import { PlantscopeError } from '../../model/error.ts';
import type { StationHealth } from '../../model/health.ts';
import type { Tag } from '../../model/plant.ts';
import type { ReadingValue } from '../../model/reading.ts';
import type { OpcuaSourceFile } from '../../plant/source-schema.ts';
import type { Source, SourceSink } from '../source.ts';
import type { GapStore } from './gap.ts';
import { opcuaTag } from './opcua-tag.ts';
import { securityChoice } from './security.ts';
import { idleHealth, runHealth, tagConditions } from './source-health.ts';
import { SourceRun } from './source-run.ts';
import type { TagState } from './tag-state.ts';
import { defaultTiming, type OpcuaTiming } from './timing.ts';
import type { TagCondition } from './watchdog.ts';
import { writeTag } from './write.ts';

export interface OpcuaSourceOptions {
  readonly id: string;
  readonly config: OpcuaSourceFile;
  /** Only the tags of this source. */
  readonly tags: readonly Tag[];
  /** PKI folder of this gateway's OPC UA client side; created where absent. */
  readonly pkiFolder: string;
  readonly clock: Clock;
  readonly logger: Logger;
  /** Reads a secret from its file, without the line end. */
  readonly readSecret: (path: string) => string;
  /** Remembers gaps across restarts; without it, only within the process. */
  readonly gaps?: GapStore;
  readonly timing?: Partial<OpcuaTiming>;
  /** Uniform in [0, 1), for the jitter of retries. */
  readonly random?: () => number;
}

/**
 * Reads a plant's tags from an OPC UA server, or from the best of several redundant ones.
 * @throws PlantscopeError `opcua-address`, `unit-mismatch`, `opcua-security`, `opcua-endpoint` where the configuration can't work
 */
export function createOpcuaSource(options: OpcuaSourceOptions): OpcuaSource {
  return new OpcuaSource(options);
}

export class OpcuaSource implements Source {
  readonly id: string;
  readonly #options: OpcuaSourceOptions;
  readonly #timing: OpcuaTiming;
  readonly #states: readonly TagState[];
  #run: SourceRun | undefined;

  constructor(options: OpcuaSourceOptions) {
    const { config, id, tags } = options;
    this.id = id;
    this.#options = options;
    this.#timing = { ...defaultTiming, ...options.timing };
    if (config.endpoint === undefined && config.endpoints === undefined) {
      throw new PlantscopeError('opcua-endpoint', `source ${id} names no endpoint`, {
        hint: 'Add endpoint: opc.tcp://host:port to the source.',
      });
    }
    securityChoice(config);
    this.#states = tags.map((tag) => ({ opcua: opcuaTag(tag) }));
  }

  async start(sink: SourceSink): Promise<void> {
    this.#run = new SourceRun(this.#options, this.#timing, this.#states, sink);
    await this.#run.begin();
  }

  async stop(): Promise<void> {
    await this.#run?.end();
    this.#run = undefined;
  }

  health(): StationHealth {
    return this.#run ? runHealth(this.#run, this.#options) : idleHealth(this.id);
  }

  /** What the watchdog makes of each tag at present. */
  conditions(): ReadonlyMap<string, TagCondition> {
    return tagConditions(this.#states, this.#run, this.#options, this.#timing);
  }

  async write(tag: string, value: number | boolean | string): Promise<ReadingValue> {
    const state = this.#states.find(({ opcua }) => opcua.tag.id === tag);
    return writeTag(this.#run?.live, state, tag, value);
  }
}
