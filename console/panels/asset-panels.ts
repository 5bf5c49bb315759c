import type { PanelDefinition } from '../../dashboards/panel.ts';
import type { AssetAnswer } from '../app/api.ts';

const value = { name: 'value', label: { en: 'Value', zh: '值' }, aggregate: 'mean' } as const;

/** What the scenarios find about one asset, shown on its page. */
export function assetPanels(asset: AssetAnswer): PanelDefinition[] {
  const of = { where: { asset: asset.id }, width: 24, height: 7 } as const;
  if (asset.nature === 'stack-monitor') {
    return [
      {
        ...of,
        id: 'stack-hourly',
        kind: 'timeseries',
        title: { en: 'Hourly means, corrected to the reference oxygen', zh: '小时均值(折算)' },
        measurement: 'stack_hourly',
        fields: [value],
        groupBy: ['pollutant'],
        unit: 'mg/m3',
        limits: [{ label: { en: 'Limit', zh: '限值' }, value: { field: 'limit' }, severity: 'critical' }],
      },
    ];
  }
  if (asset.scenario === 'equipment') return machinePanels(of);
  if (asset.carrier === undefined) return [];
  return [
    {
      ...of,
      id: 'energy-interval',
      kind: 'bars',
      title: { en: 'Consumption by quarter of an hour', zh: '每15分钟用量' },
      measurement: 'energy_interval',
      fields: [{ ...value, aggregate: 'sum' }],
      groupBy: ['quantity'],
      unit: '1',
    },
  ];
}

function machinePanels(of: Pick<PanelDefinition, 'width' | 'height' | 'where'>): PanelDefinition[] {
  return [
    {
      ...of,
      id: 'machine-state',
      kind: 'state-timeline',
      title: { en: 'Running state', zh: '运行状态' },
      measurement: 'machine_state',
      fields: [{ name: 'state', label: { en: 'State', zh: '状态' }, aggregate: 'last' }],
      groupBy: ['asset'],
      unit: '1',
    },
    {
      ...of,
      id: 'vibration-severity',
      kind: 'timeseries',
      title: { en: 'Vibration severity', zh: '振动烈度' },
      measurement: 'vibration_severity',
      fields: [value],
      groupBy: ['asset'],
      unit: 'mm/s',
    },
  ];
}
