import type { Command } from 'commander';
import { registerBaseline } from './energy-baseline.ts';
import { registerForecast } from './energy-forecast.ts';
import { registerIntervals } from './energy-intervals.ts';

/** Commands of the energy scenario under `plantscope analyse`. */
export function register(analyse: Command): void {
  registerBaseline(analyse);
  registerForecast(analyse);
  registerIntervals(analyse);
}
