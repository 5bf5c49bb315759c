import { api } from '../../app/api.ts';
import type { PageContext } from '../../app/context.ts';
import { h } from '../../app/dom.ts';
import { formatMinute, formatNumber, formatShare } from '../../app/format.ts';
import { t } from '../../app/language.ts';
import { assetName } from '../../app/plant-view.ts';
import { spanQuery } from '../../app/time-range.ts';
import { panel } from '../../parts/panel.ts';
import { emptyState } from '../../parts/states.ts';

type Image = Awaited<ReturnType<typeof api.images>>[number];

const SHOWN = 12;

/** The newest pictures of the stack cameras with their grade; evidence first. */
export async function cameraBoard(context: PageContext): Promise<HTMLElement> {
  const { view, range, signal } = context;
  if (!view.assets.some(({ nature }) => nature === 'smoke-camera')) return h('div', { hidden: true });
  const images = await api.images({ ...spanQuery(range), limit: 200 }, signal);
  const shown = [...images]
    .sort((a, b) => Number(b.isEvidence) - Number(a.isEvidence) || b.time.localeCompare(a.time))
    .slice(0, SHOWN);
  return panel(
    { title: t('cameras'), note: 'HJ/T 398-2007' },
    shown.length > 0
      ? h(
          'div',
          { class: 'images' },
          shown.map((image) => imageCard(context, image)),
        )
      : emptyState(t('noImages')),
  );
}

/** A picture with what was read from it. */
export function imageCard({ view }: Pick<PageContext, 'view'>, image: Image): HTMLElement {
  const source = `/api/v1/environment/images/${encodeURIComponent(image.id)}/file`;
  const words = verdictOf(image);
  return h(
    'figure',
    { class: 'image-card', 'data-evidence': image.isEvidence },
    h(
      'a',
      { href: source, target: '_blank', rel: 'noopener' },
      h('img', { src: source, alt: `${assetName(view, image.camera)}: ${words}`, loading: 'lazy' }),
    ),
    h(
      'figcaption',
      { class: 'small' },
      h('strong', {}, `${image.isEvidence ? '▲ ' : ''}${words}`),
      h('span', { class: 'muted' }, ` ${formatMinute(Date.parse(image.time), view.zone)}`),
      image.isEvidence && h('span', {}, ` · ${t('evidenceKept')}`),
    ),
  );
}

const reasons = {
  night: 'refusedNight',
  fog: 'refusedFog',
  'no-sky': 'refusedSky',
  'no-stack': 'refusedStack',
  'no-plume': 'refusedPlume',
} as const;

function verdictOf({ reason, ringelmann, ringelmannUncertainty, opacity, limit }: Image): string {
  if (ringelmann === undefined) return t(reasons[reason as keyof typeof reasons] ?? 'refusedPlume');
  const spread = ringelmannUncertainty === undefined ? '' : ` ± ${formatNumber(ringelmannUncertainty)}`;
  const bound = limit === undefined ? '' : ` / ${limit}`;
  return `${t('grade')} ${formatNumber(ringelmann)}${spread}${bound} (${formatShare(opacity ?? 0)})`;
}
