import { dayMs } from '../../../model/window.ts';
import { api } from '../../app/api.ts';
import type { PageContext } from '../../app/context.ts';
import { h } from '../../app/dom.ts';
import { t, wordFor } from '../../app/language.ts';
import { assetName } from '../../app/plant-view.ts';
import { cssColor, seriesColor } from '../../app/theme-choice.ts';
import { spanQuery } from '../../app/time-range.ts';
import { lineChart } from '../../charts/line-chart.ts';
import type { Band, LimitLine } from '../../charts/line-plugins.ts';
import { timeBands } from '../../charts/time-bands.ts';
import { chartLegend } from '../../parts/chart-legend.ts';
import { emptyState } from '../../parts/states.ts';
import { loadTrend } from '../trend/trend-data.ts';

/** Active power of the incoming meter and its largest branches, with the declared demand where the plant file names one. */
export async function loadCurve(context: PageContext): Promise<HTMLElement> {
  const { view, range, signal, go } = context;
  const meters = view.assets.filter(
    (asset) => asset.carrier === 'electricity' && view.tag.has(`${asset.id}.activePower`),
  );
  const ordered = [...meters]
    .sort((a, b) => Number(a.parent !== undefined) - Number(b.parent !== undefined))
    .slice(0, 6);
  const tags = ordered.flatMap((asset) => view.tag.get(`${asset.id}.activePower`) ?? []);
  if (tags.length === 0) return emptyState(t('nothing'));
  const [loaded, bands] = await Promise.all([loadTrend(tags, range, undefined, signal), priceBands(context)]);
  const lines = loaded.map(({ tag, data }, index) => ({
    label: assetName(view, tag.asset),
    data,
    color: seriesColor(index),
  }));
  const chart = await lineChart(
    {
      ...range,
      unit: 'kW',
      zone: view.zone,
      height: 280,
      syncKey: 'energy',
      label: t('loadCurve'),
      lines,
      bands: bands.length > 0 ? bands : timeBands(view, range),
      limits: declaredDemand(context),
      onZoom: ({ startMs, endMs }) =>
        go({ range: undefined, from: view.calendar.toIso(startMs), to: view.calendar.toIso(endMs) }),
    },
    signal,
  );
  return h(
    'div',
    {},
    chartLegend(lines.map((line, index) => ({ ...line, href: `/trend?tags=${tags[index]?.tag ?? ''}` }))),
    chart.element,
  );
}

/** Up to this span each price has room for its name. */
const PRICES_UP_TO_MS = 3 * dayMs;
/** The dearer, the darker; what is cheapest stays clear. */
const bandOf: Readonly<Record<string, string>> = { sharp: 'band-other', peak: 'band-other', flat: 'band' };

/** The tariff's periods behind the curve, where the plant has a tariff and the span is short enough to tell them apart. */
async function priceBands({ range, signal }: PageContext): Promise<Band[]> {
  if (range.endMs - range.startMs > PRICES_UP_TO_MS) return [];
  const { windows, currency } = await api.tariff(spanQuery(range), signal);
  return windows.map(({ start, end, period, price }) => ({
    startMs: Date.parse(start),
    endMs: Date.parse(end),
    color: cssColor(bandOf[period] ?? 'surface'),
    label: `${wordFor(`period-${period}`)} ${price}${currency === undefined ? '' : ` ${currency}/kWh`}`,
  }));
}

function declaredDemand({ view }: PageContext): LimitLine[] {
  return view.assets.flatMap(({ parent, properties }) =>
    parent === undefined
      ? properties.flatMap(({ name, value, label }) =>
          name === 'declaredDemandKw' && typeof value === 'number'
            ? [
                {
                  value,
                  label: `${label ? label[document.documentElement.lang === 'zh' ? 'zh' : 'en'] : name} ${value} kW`,
                },
              ]
            : [],
        )
      : [],
  );
}
