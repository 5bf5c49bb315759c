import type { DashboardDefinition, PanelText } from '../panel.ts';
import { readingsPanel } from './shared-panels.ts';

const stackPanel = (pollutant: string, en: string, zh: string) =>
  ({
    id: `stack-${pollutant}`,
    title: { en, zh },
    description: {
      en: 'Hourly mean at the reference oxygen (HJ 75-2017), with its limit.',
      zh: '折算小时均值 (HJ 75-2017) 与限值。',
    },
    kind: 'timeseries',
    measurement: 'stack_hourly',
    fields: [{ name: 'value', label: { en: 'Hourly mean', zh: '小时均值' }, aggregate: 'last' }],
    where: { pollutant },
    groupBy: ['asset'],
    unit: 'mg/m3',
    limits: [{ label: { en: 'Limit', zh: '限值' }, value: { field: 'limit' }, severity: 'critical' }],
    every: '1h',
    width: 8,
    height: 8,
  }) as const;

const stationPanel = (id: string, title: PanelText, nature: string, quantity: string, unit: string) =>
  readingsPanel({ ...{ id, title, nature, quantity, unit }, width: 8, height: 8 });

/** Scenario 34, pollution source management and environment monitoring (污染源管理与环境监测). */
export const environmentDashboard: DashboardDefinition = {
  id: 'environment',
  title: { en: 'Pollution sources and environment', zh: '污染源管理与环境监测' },
  panels: [
    stackPanel('dust', 'Stack: particulate matter', '烟气颗粒物'),
    stackPanel('so2', 'Stack: sulphur dioxide', '烟气二氧化硫'),
    stackPanel('nox', 'Stack: nitrogen oxides', '烟气氮氧化物'),
    stationPanel(
      'water-cod',
      { en: 'Wastewater COD', zh: '废水化学需氧量' },
      'wastewater-outlet',
      'cod',
      'mg/L',
    ),
    stationPanel(
      'water-ammonia',
      { en: 'Wastewater ammonia nitrogen', zh: '废水氨氮' },
      'wastewater-outlet',
      'ammoniaNitrogen',
      'mg/L',
    ),
    stationPanel('water-ph', { en: 'Wastewater pH', zh: '废水 pH' }, 'wastewater-outlet', 'ph', 'pH'),
    {
      id: 'aqi',
      title: { en: 'Air quality index', zh: '空气质量指数' },
      description: { en: 'Hourly index after HJ 633.', zh: '按 HJ 633 计算的小时指数。' },
      kind: 'timeseries',
      measurement: 'ambient_aqi',
      fields: [{ name: 'aqi', label: { en: 'AQI', zh: 'AQI' }, aggregate: 'last' }],
      groupBy: ['asset'],
      unit: '1',
      every: '1h',
      width: 8,
      height: 8,
    },
    {
      id: 'noise-leq',
      title: { en: 'Boundary noise, Leq', zh: '厂界噪声等效声级' },
      description: {
        en: 'Equivalent level of the hour with the limit of GB 12348-2008.',
        zh: '小时等效声级与 GB 12348-2008 限值。',
      },
      kind: 'timeseries',
      measurement: 'noise_hourly',
      fields: [{ name: 'leq', label: { en: 'Leq', zh: '等效声级' }, aggregate: 'last' }],
      groupBy: ['asset'],
      unit: 'dB(A)',
      limits: [{ label: { en: 'Limit', zh: '限值' }, value: { field: 'limit' }, severity: 'critical' }],
      every: '1h',
      width: 8,
      height: 8,
    },
    stationPanel('noise', { en: 'Boundary noise', zh: '厂界噪声' }, 'noise-meter', 'soundLevel', 'dB(A)'),
    stationPanel('pm25', { en: 'Ambient PM2.5', zh: '环境 PM2.5' }, 'ambient-station', 'pm25', 'ug/m3'),
    stationPanel('ozone', { en: 'Ambient ozone', zh: '环境臭氧' }, 'ambient-station', 'o3', 'ug/m3'),
  ],
};
