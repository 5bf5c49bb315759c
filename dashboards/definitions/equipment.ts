import type { DashboardDefinition } from '../panel.ts';
import { readingsPanel } from './shared-panels.ts';

/** Scenario 24, online running monitoring and fault diagnosis (在线运行监测与故障诊断). */
export const equipmentDashboard: DashboardDefinition = {
  id: 'equipment',
  title: { en: 'Online running monitoring', zh: '在线运行监测与故障诊断' },
  panels: [
    {
      id: 'running-state',
      title: { en: 'Running state', zh: '运行状态' },
      kind: 'state-timeline',
      measurement: 'machine_state',
      fields: [{ name: 'state', label: { en: 'State', zh: '状态' }, aggregate: 'last' }],
      groupBy: ['asset'],
      unit: '1',
      width: 24,
      height: 9,
    },
    readingsPanel({
      ...{
        id: 'vibration-velocity',
        title: { en: 'Vibration velocity (RMS)', zh: '振动速度有效值' },
        unit: 'mm/s',
        aggregate: 'max',
      },
      ...{ nature: 'rotating-machine', quantity: 'vibrationVelocity', width: 12, height: 9 },
    }),
    {
      id: 'vibration-severity',
      title: { en: 'Vibration severity zone', zh: '振动烈度区域' },
      description: { en: 'Zones A to D of ISO 20816-3:2022.', zh: 'ISO 20816-3:2022 区域 A 至 D。' },
      kind: 'table',
      measurement: 'vibration_severity',
      fields: [
        { name: 'zone', label: { en: 'Zone', zh: '区域' }, aggregate: 'last' },
        { name: 'value', label: { en: 'Velocity', zh: '振动速度' }, aggregate: 'last', unit: 'mm/s' },
      ],
      groupBy: ['asset'],
      unit: '1',
      width: 12,
      height: 9,
    },
    readingsPanel({
      ...{ id: 'bearing-temperature', title: { en: 'Bearing temperature', zh: '轴承温度' }, unit: '°C' },
      ...{ nature: 'rotating-machine', quantity: 'bearingTemperature', width: 12, height: 8 },
    }),
    readingsPanel({
      ...{ id: 'motor-current', title: { en: 'Motor current', zh: '电机电流' }, unit: 'A' },
      ...{ nature: 'rotating-machine', quantity: 'current', width: 12, height: 8 },
    }),
  ],
};
