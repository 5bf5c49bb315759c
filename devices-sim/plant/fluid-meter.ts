import { keyOf, uniform } from '../physics/noise.ts';
import type { Rate } from '../physics/rate.ts';
import type { SignalSet } from '../signal.ts';
import { disturbance, type PlantContext } from './context.ts';
import { registerOf } from './meter-register.ts';

export interface FluidMeterDesign {
  readonly asset: string;
  /** `volumeTotal` in m3 or Nm3, `massTotal` in t. */
  readonly register: { readonly quantity: 'volumeTotal' | 'massTotal'; readonly unit: string };
  readonly flowUnit: string;
  readonly maxFlow: number;
  readonly pressureKpa?: number;
  readonly temperatureC?: number;
}

/** A water, gas, steam or air meter: register, flow, and where the design names them pressure and temperature. */
export function addFluidMeter(
  set: SignalSet,
  context: PlantContext,
  design: FluidMeterDesign,
  flow: Rate,
): void {
  const { asset, register, maxFlow, pressureKpa, temperatureC } = design;
  const start = Math.floor(uniform(keyOf(context.seed, `${asset}.start`), 0) * 20_000);
  const total = registerOf(flow, context.faults, asset, start);
  const sway = disturbance(context, `${asset}.pressure`, 45_000);
  set.register(asset, register.quantity, register.unit, total, 3);
  set.number(asset, 'flow', design.flowUnit, (timeMs) => flow.at(timeMs), {
    range: [0, maxFlow],
    decimals: 3,
  });
  if (pressureKpa !== undefined) {
    const drop = (timeMs: number) => 0.06 * Math.min(1.5, flow.at(timeMs) / maxFlow);
    set.number(
      asset,
      'pressure',
      'kPa',
      (timeMs) => pressureKpa * (1 + 0.012 * sway(timeMs) - drop(timeMs)),
      {
        range: [0, pressureKpa * 2],
      },
    );
  }
  if (temperatureC !== undefined) {
    set.number(asset, 'temperature', '°C', (timeMs) => temperatureC * (1 + 0.015 * sway(timeMs)), {
      range: [-20, temperatureC * 2 + 40],
      decimals: 1,
    });
  }
}
