import { harmonicOrders } from '../../../model/natures/energy.ts';
import type { Asset } from '../../../model/plant.ts';
import { minuteMs, type TimeWindow } from '../../../model/window.ts';
import type { AggregateSeries, ResultRow, TimeSeriesStore } from '../../../store/time-series-store.ts';
import { judgeQuality, type QualityLimit, voltageDeviationPct } from '../../energy/power-quality.ts';

const DEFAULT_NOMINAL_V = 400;
const NOMINAL_HZ = 50;

/** One quantity of the supply over a span, from one-minute means, against its limit. */
export interface QualityFigure {
  readonly quantity: QualityLimit['quantity'];
  /** Tag that it was measured by. */
  readonly tag: string;
  readonly least: number;
  readonly mean: number;
  readonly most: number;
  /** Value that 95 of 100 minutes stay below, by size. */
  readonly p95: number;
  readonly limit: QualityLimit;
  /** Share of the known minutes outside the limit. */
  readonly outsideShare: number;
  /** Known minutes over the minutes of the span. */
  readonly completeness: number;
}

interface Watched {
  readonly tag: string;
  readonly quantity: QualityLimit['quantity'];
  readonly toFigure: (value: number) => number;
}

/** Supply quality that a meter measures; a quantity that it does not measure is left out. */
export async function supplyQuality(
  store: Pick<TimeSeriesStore, 'aggregates'>,
  asset: Asset,
  span: TimeWindow,
): Promise<QualityFigure[]> {
  const nominalV = Number(asset.properties.nominalVoltageV ?? DEFAULT_NOMINAL_V);
  const watched = watchedOf(asset, nominalV);
  if (watched.length === 0) return [];
  const tags = [...new Set(watched.map(({ tag }) => tag))];
  const series = await store.aggregates({ tags, aggregate: 'mean', every: minuteMs, ...span });
  const byTag = new Map(series.map((one) => [one.tag, one]));
  return watched.flatMap((one) => figureOf(one, byTag.get(one.tag), nominalV / 1000, span));
}

function watchedOf({ tags }: Asset, nominalV: number): Watched[] {
  const phaseV = nominalV / Math.sqrt(3);
  const has = (quantity: string): string | undefined => tags.find((tag) => tag.quantity === quantity)?.id;
  const one = (
    measured: string,
    quantity: QualityLimit['quantity'],
    toFigure: (value: number) => number = (value) => value,
  ): Watched[] => {
    const tag = has(measured);
    return tag === undefined ? [] : [{ tag, quantity, toFigure }];
  };
  return [
    ...['voltageL1', 'voltageL2', 'voltageL3'].flatMap((phase) =>
      one(phase, 'voltageDeviation', (volts) => voltageDeviationPct(volts, phaseV)),
    ),
    ...one('voltageUnbalance', 'voltageUnbalance'),
    ...one('voltageThd', 'totalHarmonicDistortion'),
    ...harmonicOrders.flatMap((order) =>
      one(`voltageH${order}`, order % 2 === 1 ? 'oddHarmonic' : 'evenHarmonic'),
    ),
    ...one('frequency', 'frequencyDeviation', (hertz) => hertz - NOMINAL_HZ),
  ];
}

function figureOf(
  { tag, quantity, toFigure }: Watched,
  series: AggregateSeries | undefined,
  nominalKv: number,
  { startMs, endMs }: TimeWindow,
): QualityFigure[] {
  const values = (series?.points ?? []).map(({ value }) => toFigure(value));
  const limit = judgeQuality(quantity, 0, nominalKv)?.limit;
  if (values.length === 0 || !limit) return [];
  const outside = values.filter((value) => value < limit.least || value > limit.most).length;
  const bySize = values.map(Math.abs).sort((a, b) => a - b);
  return [
    {
      ...{ tag, quantity, limit },
      ...{ least: Math.min(...values), most: Math.max(...values) },
      mean: values.reduce((sum, value) => sum + value, 0) / values.length,
      p95: bySize[Math.min(bySize.length - 1, Math.ceil(0.95 * bySize.length) - 1)] ?? 0,
      outsideShare: outside / values.length,
      completeness: Math.min(1, values.length / Math.max(1, (endMs - startMs) / minuteMs)),
    },
  ];
}

/** Rows of `energy_quality`: a day's supply quality. */
export function qualityRows(asset: Asset, figures: readonly QualityFigure[], timeMs: number): ResultRow[] {
  return figures.map((figure) => ({
    measurement: 'energy_quality',
    series: { asset: asset.id, quantity: figure.tag.split('.')[1] ?? figure.quantity },
    timeMs,
    fields: {
      ...{
        value: round(figure.mean),
        least: round(figure.least),
        most: round(figure.most),
        p95: round(figure.p95),
      },
      ...{ outsideShare: round(figure.outsideShare), unit: figure.limit.unit },
      ...{ limitLow: figure.limit.least, limitHigh: figure.limit.most },
      ...{ completeness: round(figure.completeness), method: 'minute means', edition: figure.limit.edition },
    },
  }));
}

const round = (value: number): number => Math.round(value * 1e6) / 1e6;
