import { api } from '../../app/api.ts';
import type { PageContext } from '../../app/context.ts';
import { h, svg } from '../../app/dom.ts';
import { formatNumber, formatShare, withUnit } from '../../app/format.ts';
import { t } from '../../app/language.ts';
import { assetName } from '../../app/plant-view.ts';
import { spanQuery } from '../../app/time-range.ts';
import { panel } from '../../parts/panel.ts';
import { emptyState } from '../../parts/states.ts';
import { pollutantLabel } from './hourly.ts';

type Rose = Awaited<ReturnType<typeof api.rose>>;

/** Wind rose and pollution rose of the range. */
export async function roseBoard(context: PageContext): Promise<HTMLElement> {
  const { view, range, signal } = context;
  const station = view.assets.find(
    ({ nature, id }) => nature === 'ambient-station' && view.tag.has(`${id}.pm25`),
  );
  const pollutant = station ? `${station.id}.pm25` : undefined;
  const rose = await api.rose({ ...spanQuery(range), pollutant }, signal);
  if (rose.hours === 0) return panel({ title: t('windRose') }, emptyState(t('noResults')));
  const shares = rose.sectors.map(({ share }) => share);
  const values = rose.sectors.map(({ meanValue }) => meanValue ?? 0);
  const name = pollutant ? pollutantLabel(view, station?.id ?? '', 'pm25') : '';
  return panel(
    { title: t('windRose'), note: `${rose.hours} h · ${t('calm')} ${formatShare(rose.calmShare)}` },
    h(
      'div',
      { class: 'roses' },
      figure(
        rose,
        shares,
        t('windRose'),
        (i) =>
          `${rose.sectors[i]?.sector}: ${formatShare(shares[i] ?? 0)}, ${speedText(rose.sectors[i]?.meanSpeedMPerS)}`,
        formatShare(Math.max(...shares)),
      ),
      pollutant &&
        figure(
          rose,
          values,
          `${t('pollutionRose')}: ${name}, ${assetName(view, station?.id ?? '')}`,
          (i) => `${rose.sectors[i]?.sector}: ${withUnit(formatNumber(values[i] ?? 0), rose.unit ?? '')}`,
          withUnit(formatNumber(Math.max(...values)), rose.unit ?? ''),
        ),
    ),
  );
}

const speedText = (speed: number | undefined): string =>
  speed === undefined ? '–' : withUnit(formatNumber(speed), 'm/s');

const RADIUS = 90;

/** One petal a sector, as long as its figure; the outer ring is the longest. */
function figure(
  { sectors }: Rose,
  values: readonly number[],
  title: string,
  textOf: (index: number) => string,
  outer: string,
): HTMLElement {
  const longest = Math.max(...values, 1e-9);
  const half = Math.PI / sectors.length - 0.02;
  const petals = values.map((value, i) => {
    const middle = (2 * Math.PI * i) / sectors.length;
    const length = (value / longest) * RADIUS;
    const point = (angle: number): string => `${length * Math.sin(angle)},${-length * Math.cos(angle)}`;
    const path = `M0,0L${point(middle - half)}A${length},${length} 0 0 1 ${point(middle + half)}Z`;
    return svg('path', { class: 'rose-petal', d: path }, svg('title', {}, textOf(i)));
  });
  const names = (['N', 'E', 'S', 'W'] as const).map((name, i) =>
    svg(
      'text',
      {
        class: 'rose-name',
        x: [0, RADIUS + 12, 0, -RADIUS - 12][i] ?? 0,
        y: [-RADIUS - 5, 4, RADIUS + 14, 4][i] ?? 0,
        'text-anchor': 'middle',
      },
      name,
    ),
  );
  return h(
    'figure',
    { class: 'rose' },
    svg(
      'svg',
      { viewBox: '-115 -110 230 230', role: 'img', 'aria-label': title },
      [0.5, 1].map((share) => svg('circle', { class: 'rose-ring', r: RADIUS * share })),
      petals,
      names,
    ),
    h('figcaption', { class: 'small' }, title, h('span', { class: 'muted' }, ` · ○ ${outer}`)),
  );
}
