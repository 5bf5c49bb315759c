import { dayMs } from '../../../model/window.ts';
import { api } from '../../app/api.ts';
import type { PageContext } from '../../app/context.ts';
import { formatNumber } from '../../app/format.ts';
import { t } from '../../app/language.ts';
import { cssColor } from '../../app/theme-choice.ts';
import { spanQuery } from '../../app/time-range.ts';
import { axisStyle, richChart, tooltip } from '../../charts/rich-chart.ts';
import { emptyState } from '../../parts/states.ts';

type Cell = readonly [hour: number, day: number, meanKw: number];

/** The seven days up to the end of the range, hour by hour: kWh of an hour is its mean kW. An hour without data stays empty. */
export async function weekHeat(context: PageContext): Promise<HTMLElement> {
  const { view, range, signal } = context;
  const endMs = view.calendar.startOf('day', range.endMs - 1) + dayMs;
  const startMs = view.calendar.startOf('day', endMs - 6.5 * dayMs);
  const meters = await api.consumption(
    { ...spanQuery({ startMs, endMs }), carrier: 'electricity', every: 'hour' },
    signal,
  );
  const points = meters.filter((meter) => meter.parent === undefined).flatMap((meter) => meter.points);
  if (points.length === 0) return emptyState(t('noResults'), t('noResultsHint'));
  const days = view.calendar
    .windows('day', { startMs, endMs })
    .map((day) => view.calendar.dayKey(day.startMs));
  const cells = cellsOf(points, days);
  return richChart(
    heatOption(cells, days, view.calendar.parse(days[0] ?? '') ?? startMs, context),
    { height: 300, label: t('weekHeat') },
    signal,
  );
}

function cellsOf(
  points: readonly { readonly start: string; readonly value: number; readonly known: number }[],
  days: readonly string[],
): Cell[] {
  const sums = new Map<string, { value: number; covered: number }>();
  for (const { start, value, known } of points) {
    const key = start.slice(0, 13);
    const sum = sums.get(key) ?? { value: 0, covered: 0 };
    sums.set(key, { value: sum.value + value, covered: Math.max(sum.covered, known) });
  }
  return [...sums].flatMap(([key, { value, covered }]) => {
    const day = days.indexOf(key.slice(0, 10));
    return day >= 0 && covered > 0 ? [[Number(key.slice(11, 13)), day, value / covered] as const] : [];
  });
}

function heatOption(
  cells: readonly Cell[],
  days: readonly string[],
  firstMs: number,
  { view }: PageContext,
): Record<string, unknown> {
  const names = t('weekdays').split(' ');
  const dayName = (index: number): string => {
    const weekday = view.calendar.local(firstMs + index * dayMs + dayMs / 2).weekday;
    return `${names[weekday - 1]} ${days[index]?.slice(5) ?? ''}`;
  };
  const values = cells.map(([, , value]) => value);
  return {
    grid: { left: 76, right: 12, top: 8, bottom: 56 },
    tooltip: tooltip({
      formatter: ({ value }: { value: Cell }) =>
        `${dayName(value[1])} ${String(value[0]).padStart(2, '0')}:00\n${formatNumber(value[2])} kW`,
    }),
    xAxis: {
      ...axisStyle(),
      type: 'category',
      data: Array.from({ length: 24 }, (_, hour) => String(hour).padStart(2, '0')),
    },
    yAxis: { ...axisStyle(), type: 'category', inverse: true, data: days.map((_, index) => dayName(index)) },
    visualMap: {
      min: Math.min(...values),
      max: Math.max(...values),
      orient: 'horizontal',
      left: 'center',
      bottom: 0,
      itemHeight: 120,
      itemWidth: 10,
      text: [`${formatNumber(Math.max(...values))} kW`, formatNumber(Math.min(...values))],
      textStyle: { color: cssColor('muted') },
      inRange: { color: [cssColor('heat-low'), cssColor('heat-middle'), cssColor('heat-high')] },
    },
    series: [
      { type: 'heatmap', data: cells, itemStyle: { borderColor: cssColor('surface'), borderWidth: 1 } },
    ],
  };
}
