import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { readFaultKnowledge } from '../../cli/analyse/equipment-knowledge.ts';
import { createFactory, type Factory } from '../../devices-sim/factory.ts';
import { type Fault, type FaultKind, severityAt } from '../../devices-sim/faults/fault.ts';
import type { RotatingMachine } from '../../devices-sim/plant/rotating-machine.ts';
import { waveform } from '../../devices-sim/waveform.ts';
import type { Waveform } from '../../model/waveform.ts';
import { dayMs, hourMs, minuteMs } from '../../model/window.ts';
import {
  type RegimeBaseline,
  regimeSample,
  trainRegimes,
} from '../../scenarios/equipment/baseline/regime-baseline.ts';
import { diagnoseMachine, isSaid } from '../../scenarios/equipment/diagnosis/diagnose-machine.ts';
import {
  type Observations,
  transmitterAlone,
  vibrationObservations,
} from '../../scenarios/equipment/diagnosis/observations.ts';
import {
  type LearnedNormal,
  learnNormal,
  type NormalRow,
  normalResiduals,
} from '../../scenarios/equipment/normal/learned-normal.ts';
import {
  analyseWaveform,
  type WaveformAnalysis,
} from '../../scenarios/equipment/waveform/analyse-waveform.ts';
import type { DriveDesign } from '../../scenarios/equipment/waveform/drive-design.ts';

const root = dirname(dirname(dirname(fileURLToPath(import.meta.url))));
const faults = readFaultKnowledge(join(root, 'scenarios/equipment/knowledge/faults.yaml'));

export const BASELINE_DAYS = 3;
export const EVERY_MS = 6 * hourMs;
/** Every regime of the day needs a handful of recordings to be known by. */
export const BASELINE_EVERY_MS = hourMs;
const SAMPLING_HZ = 25_600;
const SAMPLES = 32_768;
/** Monday, 09:00 in the plant's zone. */
const startMs = Date.UTC(2026, 9, 19, 1);
const NORMAL_STEP_MS = 5 * minuteMs;
/** What a judgement of a scalar looks back on, for the memory of load. */
const NORMAL_REACH_MS = 6 * hourMs;

/** One record of a running machine, what is wrong with it and what was said of it. */
export interface JudgedRecord {
  readonly sinceFaultMs: number;
  readonly severity: number;
  /** Whether any limit of detection was broken. */
  readonly isAbnormal: boolean;
  /** A fault of the knowledge base; undefined where nothing was said. */
  readonly said: string | undefined;
}

export interface SimulatedRun {
  readonly asset: string;
  readonly kind: FaultKind | undefined;
  readonly records: readonly JudgedRecord[];
}

export interface RunOptions {
  readonly seed?: number;
  readonly everyMs?: number;
}

/** Judges a machine's waveforms and temperatures after a healthy baseline; the fault comes when the baseline ends. */
export function simulatedRun(
  asset: string,
  kind: FaultKind | undefined,
  days: number,
  { seed = 7, everyMs = EVERY_MS }: RunOptions = {},
): SimulatedRun {
  const faultMs = startMs + BASELINE_DAYS * dayMs;
  const fault: Fault | undefined = kind && {
    ...{ id: 'f', kind, asset, severity: 1, startMs: faultMs },
    endMs: faultMs + days * dayMs,
    // The sensor that has a second one to be held against.
    ...(kind === 'sensor-drift' && { quantity: 'vibrationVelocity' }),
  };
  const factory = createFactory({ seed, timeZone: 'Asia/Shanghai', faults: fault ? [fault] : [] });
  const machine = factory.rotatingMachines.find(({ design }) => design.asset === asset);
  if (!machine) throw new Error(`no machine ${asset}`);
  const watched = new WatchedMachine(factory, machine, learnedOf(asset, seed, faultMs));
  const end = faultMs + days * dayMs;
  const named: (string | undefined)[] = [];
  const records: JudgedRecord[] = [];
  for (const timeMs of range(faultMs, end, everyMs)) {
    if (machine.shaftRpm(timeMs) === 0) continue;
    const { fault: name, abnormal } = diagnoseMachine(faults, watched.observe(timeMs));
    named.push(name);
    records.push({
      sinceFaultMs: timeMs - faultMs,
      severity: fault ? severityAt(fault, timeMs) : 0,
      isAbnormal: abnormal.length > 0,
      said: isSaid(named) ? name : undefined,
    });
  }
  return { asset, kind, records };
}

interface Learned {
  readonly regimes: readonly RegimeBaseline[];
  readonly normals: ReadonlyMap<string, LearnedNormal>;
  readonly suctionKpa: number | undefined;
}

/** The healthy time before a fault is the same whatever the fault. */
const known = new Map<string, Learned>();

function learnedOf(asset: string, seed: number, endMs: number): Learned {
  const key = `${asset} ${seed}`;
  const factory = createFactory({ seed, timeZone: 'Asia/Shanghai', faults: [] });
  const machine = factory.rotatingMachines.find(({ design }) => design.asset === asset);
  if (!machine) throw new Error(`no machine ${asset}`);
  const times = range(startMs, endMs, BASELINE_EVERY_MS).filter((timeMs) => machine.shaftRpm(timeMs) > 0);
  const learned = known.get(key) ?? new WatchedMachine(factory, machine).learn(times, { startMs, endMs });
  known.set(key, learned);
  return learned;
}

const range = (fromMs: number, toMs: number, stepMs: number): number[] =>
  Array.from({ length: Math.ceil((toMs - fromMs) / stepMs) }, (_, i) => fromMs + i * stepMs);

/** A simulated machine as the platform sees it: recordings and scalars, learned from a healthy time. */
class WatchedMachine {
  readonly #factory: Factory;
  readonly #machine: RotatingMachine;
  readonly #design: DriveDesign;
  readonly #learned: Learned;

  constructor(
    factory: Factory,
    machine: RotatingMachine,
    learned: Learned = { regimes: [], normals: new Map(), suctionKpa: undefined },
  ) {
    this.#learned = learned;
    this.#factory = factory;
    this.#machine = machine;
    const { bearing, blades } = machine.design;
    this.#design = {
      ...{ bearing, blades, group: 2, support: 'rigid', lineHz: 50 },
      ...{ gearTeeth: undefined, beltOrder: undefined, polePairs: undefined },
    };
  }

  learn(times: readonly number[], span: { startMs: number; endMs: number }): Learned {
    const watched = ['vibrationVelocity', 'bearingTemperature', 'flow', 'dischargePressure'].filter(
      (quantity) => this.#has(quantity),
    );
    const suctions = times.map((timeMs) => this.#read('suctionPressure', timeMs)).sort((a, b) => a - b);
    return {
      regimes: trainRegimes(times.map((timeMs) => regimeSample(this.#analyse(timeMs)))),
      normals: new Map(
        watched.map((quantity) => [quantity, learnNormal(this.#rows(quantity, span.startMs, span.endMs))]),
      ),
      suctionKpa: this.#has('suctionPressure') ? suctions[suctions.length >> 1] : undefined,
    };
  }

  observe(timeMs: number): Observations {
    const [temperature, flow, pressure] = ['bearingTemperature', 'flow', 'dischargePressure'].map(
      (quantity) => this.#residual(quantity, timeMs),
    );
    const recorded = vibrationObservations(this.#analyse(timeMs), this.#learned.regimes);
    return {
      ...recorded,
      transmitterAloneSigmas: transmitterAlone(recorded, this.#transmitter(timeMs)),
      temperatureResidualK: temperature?.value,
      temperatureSigmas: temperature?.sigmas,
      flowSigmas: flow?.sigmas,
      processSigmas: Math.max(0, -(flow?.sigmas ?? 0), -(pressure?.sigmas ?? 0)),
      suctionPressureDropKpa:
        this.#learned.suctionKpa === undefined
          ? undefined
          : this.#learned.suctionKpa - this.#read('suctionPressure', timeMs),
    };
  }

  #transmitter(timeMs: number): Parameters<typeof transmitterAlone>[1] {
    const found = this.#residual('vibrationVelocity', timeMs);
    const expected = this.#read('vibrationVelocity', timeMs) - (found?.value ?? 0);
    return found && { residual: found.value, sigmas: found.sigmas, expected };
  }

  #analyse(timeMs: number): WaveformAnalysis {
    const block = waveform(this.#factory.seed, this.#machine, timeMs, SAMPLING_HZ, SAMPLES);
    const record: Waveform = {
      samples: block.samples,
      info: {
        ...{ asset: this.#machine.design.asset, quantity: 'vibrationWaveform', timeMs, unit: 'g' },
        ...{ sampleRateHz: SAMPLING_HZ, samples: SAMPLES, shaftRpm: block.shaftRpm, loadPct: block.loadPct },
        mounting: { position: 'drive-end', direction: 'radial' },
      },
    };
    return analyseWaveform(record, this.#design);
  }

  #has(quantity: string): boolean {
    return this.#factory.signalsByAddress.has(`${this.#machine.design.asset}.${quantity}`);
  }

  #read(quantity: string, timeMs: number): number {
    return Number(
      this.#factory.signalsByAddress.get(`${this.#machine.design.asset}.${quantity}`)?.sample(timeMs).value,
    );
  }

  #rows(quantity: string, fromMs: number, toMs: number): NormalRow[] {
    return range(fromMs, toMs, NORMAL_STEP_MS).map((timeMs) => {
      const rpm = this.#read('speed', timeMs);
      // A machine that has just started is as cold as it stood.
      const warm = rpm > 0 && this.#read('speed', timeMs - hourMs) > 0;
      return {
        timeMs,
        load: this.#read('activePower', timeMs),
        rpm,
        value: warm ? this.#read(quantity, timeMs) : undefined,
      };
    });
  }

  #residual(quantity: string, timeMs: number): { value: number; sigmas: number } | undefined {
    const normal = this.#learned.normals.get(quantity);
    if (!normal) return undefined;
    const rows = this.#rows(quantity, timeMs - NORMAL_REACH_MS, timeMs + 1);
    const value = normalResiduals(normal, rows).at(-1);
    return value === undefined ? undefined : { value, sigmas: value / normal.residualScale };
  }
}
