import { api } from '../../app/api.ts';
import type { PageContext } from '../../app/context.ts';
import { h } from '../../app/dom.ts';
import { t, wordFor } from '../../app/language.ts';
import { dataTable } from '../../parts/data-table.ts';

/** Meters installed of those that GB 17167 asks for. */
export async function fitRateTable({ signal }: PageContext): Promise<HTMLElement> {
  const { rates, edition, note } = await api.fitRate(signal);
  return h(
    'div',
    { class: 'stack-s' },
    h('p', { class: 'muted' }, `${edition}: ${note}`),
    dataTable('metering-fit-rate', rates, [
      { head: t('carrier'), value: ({ carrier }) => wordFor(carrier) },
      { head: t('level'), value: ({ level }) => wordFor(`level-${level}`) },
      {
        head: t('installed'),
        isNumber: true,
        value: ({ installed, required }) => `${installed} / ${required}`,
      },
      {
        head: t('rate'),
        isNumber: true,
        value: ({ ratePct }) => ratePct,
        show: ({ ratePct, isMet }) => `${isMet === false ? '▲ ' : ''}${ratePct.toFixed(0)} %`,
      },
      {
        head: t('least'),
        isNumber: true,
        value: ({ leastPct }) => leastPct,
        show: ({ leastPct }) => (leastPct === undefined ? '–' : `${leastPct} %`),
      },
    ]),
  );
}
