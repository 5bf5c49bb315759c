import type uPlot from 'uplot';
import type { TimeWindow } from '../../model/window.ts';
import { h } from '../app/dom.ts';
import { formatNumber, unitOf } from '../app/format.ts';
import { cssColor } from '../app/theme-choice.ts';
import type { LineData } from './line-data.ts';
import { type Band, bandPlugin, type LimitLine, limitPlugin } from './line-plugins.ts';
import { loadUplot } from './vendor.ts';
import { zoomPlugin } from './zoom-plugin.ts';

export interface ChartLine {
  readonly label: string;
  readonly data: LineData;
  readonly color: string;
  /** An earlier span laid over this one. */
  readonly isGhost?: boolean;
  /** States and switches hold their value until the next. */
  readonly isStep?: boolean;
  /** Sums over a window are bars from zero, not a curve. */
  readonly isBar?: boolean;
}

export interface LineChartOptions extends TimeWindow {
  readonly unit: string;
  readonly zone: string;
  readonly lines: readonly ChartLine[];
  readonly height: number;
  /** Charts of one key share the cursor. */
  readonly syncKey: string;
  readonly label: string;
  readonly bands?: readonly Band[];
  readonly limits?: readonly LimitLine[];
  onZoom?(span: TimeWindow): void;
  onCursor?(timeMs: number | undefined, values: readonly (number | null | undefined)[]): void;
}

export interface LineChart {
  readonly element: HTMLElement;
  readonly canvas: () => HTMLCanvasElement | null;
  /** New data for the lines that are there, without a jump. */
  setData(lines: readonly LineData[], span: TimeWindow): void;
}

/** A chart over time with one unit. Ends with `signal`. */
export async function lineChart(options: LineChartOptions, signal: AbortSignal): Promise<LineChart> {
  const Plot = await loadUplot();
  const element = h('div', { class: 'chart', role: 'img', 'aria-label': options.label, tabindex: 0 });
  const joined = (lines: readonly LineData[]): uPlot.AlignedData => {
    const tables = lines.map(
      ({ times, values }) => [[...times], [...values]] as unknown as uPlot.AlignedData,
    );
    return tables.length === 0
      ? [[]]
      : Plot.join(
          tables,
          lines.map(() => [1, 2]),
        );
  };
  let plot: uPlot | undefined;
  const draw = (width: number): void => {
    plot = new Plot(
      plotOptions(Plot, options, width),
      joined(options.lines.map((line) => line.data)),
      element,
    );
  };
  const observer = new ResizeObserver(([entry]) => {
    const width = Math.floor(entry?.contentRect.width ?? 0);
    if (width < 50) return;
    if (plot) plot.setSize({ width, height: options.height });
    else draw(width);
  });
  observer.observe(element);
  signal.addEventListener('abort', () => {
    observer.disconnect();
    plot?.destroy();
  });
  return {
    element,
    canvas: () => element.querySelector('canvas'),
    setData(lines, { startMs, endMs }) {
      plot?.setData(joined(lines), false);
      plot?.setScale('x', { min: startMs / 1000, max: endMs / 1000 });
    },
  };
}

function plotOptions(Plot: typeof uPlot, options: LineChartOptions, width: number): uPlot.Options {
  const { zone, startMs, endMs, height } = options;
  return {
    width,
    height,
    tzDate: (timeS) => Plot.tzDate(new Date(timeS * 1000), zone),
    ms: 1e-3,
    scales: {
      x: { time: true, range: () => [startMs / 1000, endMs / 1000] },
      y: { range: valueRange(options) },
    },
    axes: [
      axis({ size: 32, space: 64, values: timeLabels(Plot, zone) }),
      axis({
        size: 56,
        values: (_plot, splits) => splits.map(axisNumber),
        label: unitOf(options.unit),
        labelSize: 18,
        labelGap: -2,
      }),
    ],
    series: [{}, ...options.lines.map((line) => seriesOf(Plot, line))],
    legend: { show: false },
    cursor: {
      sync: { key: options.syncKey },
      drag: { x: true, y: false, setScale: false },
      points: { size: 7 },
    },
    plugins: [
      bandPlugin(options.bands ?? []),
      limitPlugin(options.limits ?? []),
      ...(options.onZoom ? [zoomPlugin(options, options.onZoom)] : []),
      cursorPlugin(options),
    ],
  };
}

function seriesOf(Plot: typeof uPlot, line: ChartLine): uPlot.Series {
  return {
    label: line.label,
    stroke: line.color,
    width: line.isGhost ? 1 : 1.5,
    points: { show: false },
    ...(line.isGhost && { dash: [5, 4], alpha: 0.6 }),
    ...(line.isBar &&
      Plot.paths.bars && { paths: Plot.paths.bars({ size: [0.8], align: 1 }), fill: line.color }),
    ...(line.isStep && Plot.paths.stepped && { paths: Plot.paths.stepped({ align: 1 }) }),
  };
}

function valueRange({ lines, limits = [] }: LineChartOptions): uPlot.Scale.Range {
  return (_plot, dataMin, dataMax) => {
    if (dataMin === null || dataMax === null) return [0, 1];
    const values = limits.map((limit) => limit.value);
    const [low, high] = [Math.min(dataMin, ...values), Math.max(dataMax, ...values)];
    const margin = (high - low) * 0.08 || Math.abs(high) * 0.05 || 1;
    // Where zero is near it is shown, so that a bar's length means its size.
    const isNearZero = lines.some((line) => line.isBar) || (low >= 0 && low < (high - low) * 0.5);
    return [isNearZero ? 0 : low - margin, high + margin];
  };
}

function axis(options: uPlot.Axis): uPlot.Axis {
  return {
    stroke: cssColor('muted'),
    grid: { stroke: cssColor('grid'), width: 1 },
    ticks: { stroke: cssColor('grid'), width: 1, size: 4 },
    font: '12px system-ui, "Noto Sans CJK SC", sans-serif',
    labelFont: '12px system-ui, "Noto Sans CJK SC", sans-serif',
    ...options,
  };
}

/** 24-hour clock of the plant: `08:15`, and month and day where a day begins. */
const timeLabels =
  (Plot: typeof uPlot, zone: string): uPlot.Axis.Values =>
  (_plot, splits, _axis, _space, stepS) =>
    splits.map((timeS) => {
      const date = Plot.tzDate(new Date(timeS * 1000), zone);
      const two = (value: number): string => String(value).padStart(2, '0');
      const isMidnight = date.getHours() === 0 && date.getMinutes() === 0;
      if (stepS >= 86_400 || (isMidnight && stepS >= 60))
        return `${two(date.getMonth() + 1)}-${two(date.getDate())}`;
      const clock = `${two(date.getHours())}:${two(date.getMinutes())}`;
      return stepS < 60 ? `${clock}:${two(date.getSeconds())}` : clock;
    });

/** An axis needs no trailing zeros. */
const axisNumber = (value: number): string => {
  if (value === 0) return '0';
  const text = Math.abs(value) >= 1000 ? value.toLocaleString('en') : formatNumber(value);
  return text.includes('.') && !text.includes('e') ? text.replace(/\.?0+$/, '') : text;
};

function cursorPlugin({ onCursor }: LineChartOptions): uPlot.Plugin {
  return {
    hooks: {
      setCursor: (plot: uPlot) => {
        const index = plot.cursor.idx;
        const timeS = index === null || index === undefined ? undefined : plot.data[0][index];
        const values =
          plot.cursor.idxs
            ?.slice(1)
            .map((at, line) => (at === null || at === undefined ? undefined : plot.data[line + 1]?.[at])) ??
          [];
        onCursor?.(timeS === undefined ? undefined : timeS * 1000, values);
      },
    },
  };
}
