import type { TimeWindow } from '../../../model/window.ts';
import { h } from '../../app/dom.ts';
import { t } from '../../app/language.ts';
import { spanQuery } from '../../app/time-range.ts';

/**
 * Links to a table of energy as files, the panel's actions.
 * @param path below `/api/v1/energy/`
 * @param range left out for a table without times
 */
export function tableFiles(
  path: string,
  range: TimeWindow | undefined,
  more: Readonly<Record<string, string | undefined>> = {},
): HTMLElement[] {
  return ['csv', 'xlsx'].map((format) => {
    const asked = { ...(range && spanQuery(range)), ...more, format };
    const known = Object.entries(asked).filter((entry): entry is [string, string] => entry[1] !== undefined);
    const href = `/api/v1/energy/${path}?${new URLSearchParams(known)}`;
    return h(
      'a',
      { class: 'button', href, download: '', title: t('wholeTable') },
      `↓ ${format.toUpperCase()}`,
    );
  });
}
