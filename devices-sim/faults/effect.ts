import { minuteMs } from '../../model/window.ts';
import { blockMinutes, blockOf, blockStartMs, kept, type Profile } from '../physics/day-block.ts';
import { registerEpochMs } from '../physics/rate.ts';
import { type Fault, type FaultKind, severityAt } from './fault.ts';
import type { FaultSchedule } from './schedule.ts';

/** Answers the machines' question "how bad is it with me now?" without searching the schedule each time. */
export class FaultEffects {
  readonly schedule: FaultSchedule;
  readonly #ofBlock: (block: number) => readonly Fault[];

  constructor(schedule: FaultSchedule) {
    this.schedule = schedule;
    this.#ofBlock = kept((block) => schedule.between(blockStartMs(block), blockStartMs(block + 1)));
  }

  /** 0 where nothing is wrong. */
  severity(kind: FaultKind, asset: string, timeMs: number): number {
    let worst = 0;
    for (const fault of this.#ofBlock(blockOf(timeMs))) {
      if (fault.kind === kind && fault.asset === asset) worst = Math.max(worst, severityAt(fault, timeMs));
    }
    return worst;
  }

  /** The fault of that kind at an instant; of one quantity, or of the whole asset. */
  active(kind: FaultKind, asset: string, quantity: string, timeMs: number): Fault | undefined {
    return this.#ofBlock(blockOf(timeMs)).find(
      (fault) =>
        fault.kind === kind &&
        fault.asset === asset &&
        (fault.quantity === undefined || fault.quantity === quantity) &&
        fault.startMs <= timeMs &&
        timeMs < fault.endMs,
    );
  }

  severityProfile(kind: FaultKind, asset: string): Profile {
    const none = new Float64Array(blockMinutes);
    return kept((block) => {
      const faults = this.#ofBlock(block).filter((fault) => fault.kind === kind && fault.asset === asset);
      if (faults.length === 0) return none;
      return Float64Array.from(none, (_, i) =>
        Math.max(...faults.map((fault) => severityAt(fault, blockStartMs(block) + i * minuteMs))),
      );
    });
  }

  /** Faults of one asset that a register remembers: those begun between the registers' epoch and the block's end. */
  registerFaults(asset: string): (block: number) => readonly Fault[] {
    return kept((block) => this.#sinceEpoch(block).filter((fault) => fault.asset === asset));
  }

  readonly #sinceEpoch = kept((block: number) =>
    this.schedule
      .between(registerEpochMs, blockStartMs(block + 1))
      .filter(({ kind, startMs }) => registerKinds.has(kind) && startMs >= registerEpochMs),
  );
}

const registerKinds: ReadonlySet<FaultKind> = new Set([
  'meter-reset',
  'stuck-register',
  'reversed-ct',
  'wrong-multiplier',
  'dead-phase',
]);
