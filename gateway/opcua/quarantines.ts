import type { Logger } from 'pino';
import { errorMessage } from '../../model/error.ts';
import type { SourceSink } from '../source.ts';
import { monotonicMs } from './monotonic.ts';
import type { TagState } from './tag-state.ts';
import type { OpcuaTiming } from './timing.ts';

/** Tags whose node can't be read: each is set aside with its status and tried again ever more slowly; the rest go on. */
export class Quarantines {
  readonly #states: readonly TagState[];
  readonly #sink: SourceSink;
  readonly #timing: OpcuaTiming;
  readonly #logger: Logger;
  readonly #past = new Map<TagState, { readonly attempts: number; readonly last: TagState['last'] }>();

  constructor(states: readonly TagState[], sink: SourceSink, timing: OpcuaTiming, logger: Logger) {
    this.#states = states;
    this.#sink = sink;
    this.#timing = timing;
    this.#logger = logger;
  }

  get list(): readonly TagState[] {
    return this.#states.filter(({ quarantine }) => quarantine !== undefined);
  }

  add(failed: ReadonlyMap<TagState, string>): void {
    const isNew = [...failed].filter(([state]) => this.#attemptsOf(state) === 0);
    const { quarantineFirstMs, quarantineLongestMs } = this.#timing;
    for (const [state, status] of failed) {
      const attempts = this.#attemptsOf(state) + 1;
      const waitMs = Math.min(quarantineLongestMs, quarantineFirstMs * 2 ** (attempts - 1));
      state.quarantine = { status, attempts, retryAtMs: monotonicMs() + waitMs };
      this.#past.set(state, { attempts, last: state.last });
    }
    if (isNew.length > 0) this.#report(isNew);
  }

  /** Counts on where the tag gave nothing since it was last set aside. */
  #attemptsOf(state: TagState): number {
    const past = this.#past.get(state);
    return past !== undefined && past.last === state.last ? past.attempts : 0;
  }

  due(): TagState[] {
    const nowMs = monotonicMs();
    return this.list.filter(({ quarantine }) => (quarantine?.retryAtMs ?? 0) <= nowMs);
  }

  #report(failed: readonly (readonly [TagState, string])[]): void {
    const refusals = failed.map(([{ opcua }, status]) => ({
      reason: 'node-unavailable',
      message: `the server answers ${status} for this node`,
      from: `source:${opcua.tag.source}`,
      where: opcua.tag.address,
      payload: '',
      tag: opcua.tag.id,
    }));
    this.#logger.warn(
      { tags: refusals.slice(0, 5).map(({ tag }) => tag) },
      `${failed.length} nodes in quarantine`,
    );
    this.#sink
      .refuse(refusals)
      .catch((thrown: unknown) => this.#logger.warn(`refusal not kept: ${errorMessage(thrown)}`));
  }
}
