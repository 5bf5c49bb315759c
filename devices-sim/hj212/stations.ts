import { factorOf } from '../../gateway/hj212/protocol/factors.ts';
import { converter } from '../../model/unit.ts';
import type { Factory } from '../factory.ts';

/** One factor as the logger measures it. */
export interface LoggedFactor {
  /** Code of the 2017 edition. */
  readonly code: string;
  readonly decimals: number;
  /** In the factor's unit; null where the instrument gives none. */
  at(timeMs: number): number | null;
}

/** What a logger reports: one outlet under one MN. */
export interface LoggedStation {
  readonly MN: string;
  readonly ST: string;
  readonly factors: readonly LoggedFactor[];
  /** Data flag of all its values: N, C, M ... */
  flagAt(timeMs: number): string;
}

interface StationDesign {
  readonly MN: string;
  readonly ST: string;
  readonly asset: string;
  readonly factors: Readonly<Record<string, string>>;
}

/** The outlets of the simulated plant that have a logger, by quantity of the asset. */
const designs: readonly StationDesign[] = [
  {
    ...{ MN: 'PLANTSCOPESIM00000000001', ST: '31', asset: 'stack-1' },
    factors: {
      ...{ dust: 'a34013', so2: 'a21026', nox: 'a21002', co: 'a21005', oxygen: 'a19001' },
      ...{ temperature: 'a01012', pressure: 'a01013', moisture: 'a01014', velocity: 'a01011' },
      flow: 'a00000',
    },
  },
  {
    ...{ MN: 'PLANTSCOPESIM00000000002', ST: '32', asset: 'outlet-1' },
    factors: {
      ...{ flow: 'w00000', cod: 'w01018', ammoniaNitrogen: 'w21003', totalNitrogen: 'w21001' },
      ...{ totalPhosphorus: 'w21011', ph: 'w01001', temperature: 'w01010' },
    },
  },
];

/** The stations of the simulated plant, measuring what its other devices measure too. */
export function simulatedStations(factory: Factory): LoggedStation[] {
  return designs.map(({ MN, ST, asset, factors }) => ({
    ...{ MN, ST },
    factors: Object.entries(factors).flatMap(([quantity, code]) =>
      loggedFactor(factory, asset, quantity, code),
    ),
    flagAt: (timeMs) => {
      const flag = factory.signalsByAddress.get(`${asset}.dataFlag`)?.sample(timeMs).value;
      return typeof flag === 'string' ? flag : 'N';
    },
  }));
}

function loggedFactor(factory: Factory, asset: string, quantity: string, code: string): LoggedFactor[] {
  const signal = factory.signalsByAddress.get(`${asset}.${quantity}`);
  const factor = factorOf(code);
  if (!signal || !factor) return [];
  const convert = converter(signal.unit, factor.unit);
  const at = (timeMs: number) => {
    const { value } = signal.sample(timeMs);
    return typeof value === 'number' ? convert(value) : null;
  };
  return [{ code, decimals: factor.decimals, at }];
}
