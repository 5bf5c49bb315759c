import { minuteMs } from '../../model/window.ts';
import type { MeterSample } from '../../scenarios/energy/commissioning.ts';

/** A load over three phases, and what a meter's transformers and channels do to it. */
export interface SimulatedMeter {
  /** kW of a phase at a minute of the day; below 0 it feeds back. */
  readonly phaseKw: (minute: number, phase: number) => number;
  /** Angle by which the current lags, degrees; below 0 it leads. */
  readonly lagDeg?: number;
  /** Current channel that is put together with the voltage of L1, L2, L3. */
  readonly currentOf?: readonly [number, number, number];
  /** What each current transformer does: -1 reversed, 0 dead. */
  readonly transformers?: readonly [number, number, number];
  /** Energy per true kWh in the register, and the step it shows. */
  readonly registerFactor?: number;
  readonly registerStepKwh?: number;
}

/** A day of minutes, from phasors: voltages a third of a turn apart, 230 V. */
export function simulateMeter(meter: SimulatedMeter): MeterSample[] {
  const step = meter.registerStepKwh ?? 0.01;
  let registerKwh = 1234.56;
  return Array.from({ length: 1440 }, (_, minute) => {
    const phasePowersKw = phases((phase) => shownPowerKw(meter, minute, phase));
    const activePowerKw = phasePowersKw.reduce((sum, kw) => sum + kw, 0);
    registerKwh += (Math.max(0, activePowerKw) / 60) * (meter.registerFactor ?? 1);
    return {
      timeMs: minute * minuteMs,
      activePowerKw,
      phasePowersKw,
      voltagesV: [230, 230, 230],
      currentsA: phases((phase) => shownCurrentA(meter, minute, phase)),
      energyKwh: Math.floor(registerKwh / step) * step,
    };
  });
}

const phases = (of: (phase: number) => number): [number, number, number] => [of(0), of(1), of(2)];

const channelOf = ({ currentOf }: SimulatedMeter, phase: number): number => currentOf?.[phase] ?? phase;

function currentA(meter: SimulatedMeter, minute: number, phase: number): number {
  const lag = ((meter.lagDeg ?? 20) * Math.PI) / 180;
  return (meter.phaseKw(minute, phase) * 1000) / (230 * Math.cos(lag));
}

const shownCurrentA = (meter: SimulatedMeter, minute: number, phase: number): number => {
  const channel = channelOf(meter, phase);
  return Math.abs(currentA(meter, minute, channel) * (meter.transformers?.[channel] ?? 1));
};

function shownPowerKw(meter: SimulatedMeter, minute: number, phase: number): number {
  const channel = channelOf(meter, phase);
  const angleDeg = (meter.lagDeg ?? 20) + 120 * (channel - phase);
  const amperes = currentA(meter, minute, channel) * (meter.transformers?.[channel] ?? 1);
  return (230 * amperes * Math.cos((angleDeg * Math.PI) / 180)) / 1000;
}
