import type { EChartsCoreOption } from 'echarts';
import { h } from '../app/dom.ts';
import { cssColor } from '../app/theme-choice.ts';
import { loadEcharts } from './vendor.ts';

/** A Sankey, a heat map or another chart that needs ECharts. `label` is what a screen reader says. */
export function richChart(
  option: EChartsCoreOption,
  { height, label, onClick }: { height: number; label: string; onClick?: (name: string) => void },
  signal: AbortSignal,
): HTMLElement {
  const element = h('div', { class: `rich-chart rich-${height}`, role: 'img', 'aria-label': label });
  element.style.height = `${height}px`;
  void draw();
  return element;

  async function draw(): Promise<void> {
    const echarts = await loadEcharts();
    if (signal.aborted) return;
    const chart = echarts.init(element, null, { renderer: 'canvas' });
    chart.setOption({ ...baseOption(), ...option });
    chart.on('click', ({ name }) => onClick?.(name));
    const observer = new ResizeObserver(() => chart.resize());
    observer.observe(element);
    signal.addEventListener('abort', () => {
      observer.disconnect();
      chart.dispose();
    });
  }
}

/** Calm: no animation, colours of the page, and tooltips drawn on the canvas (markup would need inline styles, which the page forbids). */
function baseOption(): EChartsCoreOption {
  const font = 'system-ui, "Noto Sans CJK SC", "Microsoft YaHei", sans-serif';
  return {
    animation: false,
    backgroundColor: 'transparent',
    textStyle: { fontFamily: font, color: cssColor('text') },
    tooltip: tooltip(),
  };
}

export const tooltip = (more: object = {}): object => ({
  renderMode: 'richText',
  confine: true,
  backgroundColor: cssColor('surface'),
  borderColor: cssColor('line'),
  textStyle: { color: cssColor('text'), fontSize: 12 },
  ...more,
});

export const axisStyle = (): object => ({
  axisLine: { lineStyle: { color: cssColor('line') } },
  axisTick: { show: false },
  axisLabel: { color: cssColor('muted'), fontSize: 12 },
  splitLine: { lineStyle: { color: cssColor('grid') } },
  nameTextStyle: { color: cssColor('muted') },
});
