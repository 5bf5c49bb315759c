/**
 * One day of 1-second register readings of 100 meters: interval energy by minute, quarter hour and hour, sliding demand, cost by time of
 * use, load figures, validation and the balance of the tree. Prints the time of the derivation alone; the readings are made before.
 * Run after a build that includes bench/, or by any runner of TypeScript.
 */
import { PlantCalendar } from '../model/calendar.ts';
import { dayMs, hourMs, minuteMs, quarterHourMs, type TimeWindow } from '../model/window.ts';
import { demands, maximumDemand } from '../scenarios/energy/demand.ts';
import { type EnergyInterval, intervalEnergy } from '../scenarios/energy/interval-energy.ts';
import { loadFigures } from '../scenarios/energy/load-profile.ts';
import { type MeterEnergy, type MeterNode, meterBalance } from '../scenarios/energy/meter-tree.ts';
import { plantWindows } from '../scenarios/energy/plant-windows.ts';
import { registerLegs } from '../scenarios/energy/register-legs.ts';
import type { RegisterReading } from '../scenarios/energy/register-step.ts';
import { energyCost } from '../scenarios/energy/tariff-cost.ts';
import { jiangsuExample } from '../scenarios/energy/tariff-examples.ts';
import { TariffCalendar } from '../scenarios/energy/tariff-periods.ts';
import { VeeSeries, veeIntervalsOf } from '../scenarios/energy/vee-series.ts';
import { validateIntervals } from '../scenarios/energy/vee-validate.ts';

const METERS = 100;
const calendar = new PlantCalendar('Asia/Shanghai');
const startMs = calendar.instantMs(2026, 7, 1);
const day: TimeWindow = { startMs, endMs: startMs + dayMs };
const tariff = new TariffCalendar(jiangsuExample, calendar);

function readingsOf(meter: number): RegisterReading[] {
  let register = 999_990 - meter;
  return Array.from({ length: 86_401 }, (_, second) => {
    const power = 40 + meter + 30 * Math.sin(second / 3000 + meter);
    register = (register + power / 3600) % 1_000_000;
    return { timeMs: startMs + second * 1000, value: Math.round(register * 1000) / 1000 };
  });
}

function derive(readings: readonly RegisterReading[]): MeterEnergy {
  const { legs } = registerLegs(readings, {
    digits: 6,
    multiplier: 1,
    maxRatePerHour: 500,
    resolution: 0.001,
  });
  const by = (lengthMs: number): EnergyInterval[] =>
    intervalEnergy(legs, plantWindows(day, lengthMs, calendar));
  const [minutes, quarters, hours] = [by(minuteMs), by(quarterHourMs), by(hourMs)];
  maximumDemand(demands(minutes, { periodMinutes: 15, slipMinutes: 1 }));
  energyCost(quarters, tariff);
  loadFigures(hours);
  validateIntervals(new VeeSeries(veeIntervalsOf(quarters), calendar));
  return {
    energy: quarters.reduce((sum, { value }) => sum + (value ?? 0), 0),
    completeness: Math.min(...quarters.map(({ completeness }) => completeness)),
  };
}

const energies = new Map<string, MeterEnergy>();
const nodes: MeterNode[] = [];
let derivedMs = 0;
let cpuMs = 0;
for (let meter = 0; meter < METERS; meter++) {
  const readings = readingsOf(meter);
  const began = performance.now();
  const cpuBefore = process.cpuUsage();
  energies.set(`m${meter}`, derive(readings));
  derivedMs += performance.now() - began;
  const cpu = process.cpuUsage(cpuBefore);
  cpuMs += (cpu.user + cpu.system) / 1000;
  const parent = meter === 0 ? {} : { parent: `m${Math.floor((meter - 1) / 5)}` };
  nodes.push({ id: `m${meter}`, name: `meter ${meter}`, carrier: 'electricity', unit: 'kWh', ...parent });
}
const began = performance.now();
const rows = meterBalance(nodes, energies);
derivedMs += performance.now() - began;
process.stdout.write(
  `${JSON.stringify({ meters: METERS, readings: METERS * 86_401, seconds: derivedMs / 1000, cpuSeconds: cpuMs / 1000, balanceRows: rows.length })}\n`,
);
