import type * as echartsModule from 'echarts';
import type uPlotClass from 'uplot';

// Vendor files are copied beside the console; a path in a variable keeps the compiler from looking for them.
const paths = { uplot: '/console/vendor/uplot.js', echarts: '/console/vendor/echarts.js' };

export async function loadUplot(): Promise<typeof uPlotClass> {
  const module = (await import(paths.uplot)) as { default: typeof uPlotClass };
  return module.default;
}

/** A megabyte: loaded only by pages that need a rich chart. */
export const loadEcharts = async (): Promise<typeof echartsModule> =>
  (await import(paths.echarts)) as typeof echartsModule;
