import type { PanelAggregate, PanelDefinition, PanelField } from '../panel.ts';

/** InfluxQL's name of an aggregate. */
const functions: Readonly<Record<PanelAggregate, string>> = {
  mean: 'mean',
  min: 'min',
  max: 'max',
  sum: 'sum',
  last: 'last',
  count: 'count',
};

/** The InfluxQL of one field of a panel, with Grafana's `$timeFilter`, `$__interval` and the variable `$asset`. */
export function fieldQuery(panel: PanelDefinition, field: PanelField): string {
  const selected = `${functions[field.aggregate]}(${identifier(field.name)}) AS ${identifier(field.label.en)}`;
  const conditions = [
    ...Object.entries(panel.where ?? {}).map(([key, value]) => `${identifier(key)} = ${literal(value)}`),
    ...(panel.groupBy.includes('asset') ? ['"asset" =~ /^$asset$/'] : []),
    '$timeFilter',
  ];
  const groups = [
    ...(isTable(panel) ? [] : [`time(${panel.every ?? '$__interval'})`]),
    ...panel.groupBy.map(identifier),
  ];
  const fill = isTable(panel) ? '' : ' fill(none)';
  return `SELECT ${selected} FROM ${identifier(panel.measurement)} WHERE ${conditions.join(' AND ')} GROUP BY ${groups.join(', ')}${fill}`;
}

/** Every query of a panel: its fields, then the limits that a field holds. */
export function panelQueries(panel: PanelDefinition): string[] {
  const limits = (panel.limits ?? []).flatMap((limit): PanelField[] => {
    if (typeof limit.value === 'number') return [];
    return [{ name: limit.value.field, label: limit.label, aggregate: 'last' }];
  });
  return [...panel.fields, ...limits].map((field) => fieldQuery(panel, field));
}

const isTable = (panel: PanelDefinition): boolean => panel.kind === 'table' || panel.kind === 'stat';
const identifier = (name: string): string => `"${name.replace(/["\\]/g, '\\$&')}"`;
const literal = (text: string): string => `'${text.replace(/['\\]/g, '\\$&')}'`;
