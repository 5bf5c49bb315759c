import type { DashboardDefinition, PanelDefinition, PanelText } from '../panel.ts';
import { readingsPanel } from './shared-panels.ts';

/** Consumption of the meters of one carrier, hour by hour. */
const consumption = (
  id: string,
  title: PanelText,
  where: Readonly<Record<string, string>>,
  unit: string,
  width: number,
): PanelDefinition => ({
  ...{ id, title, where, unit, width },
  description: {
    en: 'Interval energy from register differences; each interval carries completeness and method.',
    zh: '由表底差值计算的分时用量;每个区间带完整率和方法。',
  },
  kind: 'bars',
  measurement: 'energy_interval',
  fields: [{ name: 'value', label: { en: 'Consumption', zh: '用量' }, aggregate: 'sum' }],
  groupBy: ['asset'],
  every: '1h',
  height: 9,
});

/** Scenario 31, energy consumption monitoring (能耗数据监测). */
export const energyDashboard: DashboardDefinition = {
  id: 'energy',
  title: { en: 'Energy consumption monitoring', zh: '能耗数据监测' },
  panels: [
    readingsPanel({
      id: 'active-power',
      title: { en: 'Active power', zh: '有功功率' },
      nature: 'electricity-meter',
      quantity: 'activePower',
      unit: 'kW',
      width: 24,
      height: 9,
    }),
    consumption(
      'electricity-by-meter',
      { en: 'Electricity by meter', zh: '各电表用电量' },
      { carrier: 'electricity', quantity: 'activeEnergyTotal' },
      'kWh',
      12,
    ),
    consumption('gas-by-meter', { en: 'Gas', zh: '用气量' }, { carrier: 'gas' }, 'm3', 12),
    consumption('water-by-meter', { en: 'Water', zh: '用水量' }, { carrier: 'water' }, 'm3', 8),
    consumption('steam-by-meter', { en: 'Steam', zh: '蒸汽量' }, { carrier: 'steam' }, 't', 8),
    consumption(
      'air-by-meter',
      { en: 'Compressed air', zh: '压缩空气' },
      { carrier: 'compressed-air' },
      'Nm3',
      8,
    ),
    {
      id: 'demand',
      title: { en: 'Demand, 15 min sliding', zh: '15分钟滑差需量' },
      description: {
        en: 'Maximum demand after DL/T 698.45-2017.',
        zh: '按 DL/T 698.45-2017 计算的最大需量。',
      },
      kind: 'timeseries',
      measurement: 'energy_demand',
      fields: [{ name: 'slidingKw', label: { en: 'Demand', zh: '需量' }, aggregate: 'max' }],
      groupBy: ['asset'],
      unit: 'kW',
      width: 12,
      height: 8,
    },
    {
      id: 'cost',
      title: { en: 'Electricity cost by meter', zh: '各电表电费' },
      description: {
        en: 'Energy charge by the time-of-use tariff of the plant file, in its currency.',
        zh: '按配置文件中的分时电价计算的电度电费。',
      },
      kind: 'bars',
      measurement: 'energy_cost',
      fields: [{ name: 'value', label: { en: 'Cost', zh: '电费' }, aggregate: 'sum' }],
      groupBy: ['asset'],
      unit: '1',
      every: '1h',
      width: 12,
      height: 8,
    },
    {
      id: 'carbon',
      title: { en: 'CO2 by carrier', zh: '各介质碳排放' },
      description: { en: 'By dated emission factors.', zh: '按年度排放因子折算。' },
      kind: 'bars',
      measurement: 'energy_carbon',
      fields: [{ name: 'kgCo2', label: { en: 'CO2', zh: '二氧化碳' }, aggregate: 'sum' }],
      groupBy: ['carrier'],
      unit: 'kg',
      every: '1h',
      width: 12,
      height: 8,
    },
    {
      id: 'completeness',
      title: { en: 'Completeness of the intervals', zh: '数据完整率' },
      description: {
        en: 'Share of each interval that lies between readings near each other. No data is not zero.',
        zh: '区间内有效读数覆盖的时间比例。无数据不等于零。',
      },
      kind: 'timeseries',
      measurement: 'energy_interval',
      fields: [{ name: 'completeness', label: { en: 'Completeness', zh: '完整率' }, aggregate: 'mean' }],
      groupBy: ['carrier'],
      unit: '1',
      width: 12,
      height: 7,
    },
    {
      ...readingsPanel({
        id: 'power-factor',
        title: { en: 'Power factor', zh: '功率因数' },
        nature: 'electricity-meter',
        quantity: 'powerFactor',
        unit: '1',
        width: 12,
        height: 7,
      }),
      limits: [{ label: { en: 'Tariff target', zh: '力调标准' }, value: 0.9, severity: 'warning' }],
    },
  ],
};
