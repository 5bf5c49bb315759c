import { api, type WaveformsAnswer } from '../../../app/api.ts';
import type { PageContext } from '../../../app/context.ts';
import { formatMinute, formatNumber } from '../../../app/format.ts';
import { t } from '../../../app/language.ts';
import { cssColor } from '../../../app/theme-choice.ts';
import { axisStyle, richChart, tooltip } from '../../../charts/rich-chart.ts';
import { panel } from '../../../parts/panel.ts';
import { region } from '../../../parts/states.ts';

type Recordings = WaveformsAnswer['recordings'];

const SHOWN = 16;
const TOP_HZ = 400;
const COLUMNS = 100;

/** Velocity spectra of recordings spread over the range, one row each, newest on top; lines that grow show as columns that darken. */
export function waterfallPanel(context: PageContext, recordings: Recordings): HTMLElement {
  const step = Math.max(1, Math.ceil(recordings.length / SHOWN));
  const chosen = recordings.filter((_one, index) => (recordings.length - 1 - index) % step === 0);
  return panel(
    { title: t('waterfall'), note: `0–${TOP_HZ} Hz, mm/s` },
    region(() => chart(context, chosen), context.signal, 5),
  );
}

async function chart({ signal, view }: PageContext, recordings: Recordings): Promise<HTMLElement> {
  const spectra = await Promise.all(
    recordings.map(({ id }) => api.spectrum({ id, kind: 'velocity', maxHz: TOP_HZ }, signal)),
  );
  const cells = spectra.flatMap(({ lines, stepHz }, row) =>
    columnsOf(lines, stepHz).map((value, column): [number, number, number] => [column, row, value]),
  );
  const most = Math.max(...cells.map(([, , value]) => value));
  const option = {
    grid: { left: 110, right: 70, top: 10, bottom: 36 },
    tooltip: tooltip({ valueFormatter: (value: number) => `${formatNumber(value)} mm/s` }),
    xAxis: {
      ...axisStyle(),
      type: 'category',
      name: 'Hz',
      data: Array.from({ length: COLUMNS }, (_, i) => Math.round((i * TOP_HZ) / COLUMNS)),
    },
    yAxis: {
      ...axisStyle(),
      type: 'category',
      data: recordings.map(({ time }) => formatMinute(Date.parse(time), view.zone)),
    },
    visualMap: {
      ...{ min: 0, max: most, calculable: false, orient: 'vertical', right: 4, top: 'middle' },
      inRange: { color: [cssColor('surface'), cssColor('series-1')] },
      textStyle: { color: cssColor('text') },
      formatter: (value: number) => formatNumber(value),
    },
    series: [{ type: 'heatmap', data: cells }],
  };
  return richChart(
    option,
    { height: 60 + 20 * Math.max(6, recordings.length), label: t('waterfall') },
    signal,
  );
}

/** The greatest line of each column. */
function columnsOf(lines: readonly number[], stepHz: number): number[] {
  const columns = new Array<number>(COLUMNS).fill(0);
  for (const [line, value] of lines.entries()) {
    const column = Math.min(COLUMNS - 1, Math.floor((line * stepHz * COLUMNS) / TOP_HZ));
    columns[column] = Math.max(columns[column] ?? 0, value);
  }
  return columns;
}
