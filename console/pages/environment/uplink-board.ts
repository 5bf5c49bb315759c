import { api, type UplinkRow } from '../../app/api.ts';
import type { PageContext } from '../../app/context.ts';
import { h } from '../../app/dom.ts';
import { formatAge, formatTime } from '../../app/format.ts';
import { t } from '../../app/language.ts';
import { dataTable } from '../../parts/data-table.ts';
import { panel } from '../../parts/panel.ts';

/** Links to the platforms of authorities; nothing where the plant reports to none. */
export async function uplinkBoard(context: PageContext): Promise<HTMLElement> {
  const rows = await api.uplink(context.signal);
  if (rows.length === 0) return h('div', { hidden: true });
  const { zone } = context.view;
  const table = dataTable('uplink', rows, [
    { head: t('uplinkPlatform'), value: (row) => row.platform },
    { head: t('uplinkLink'), value: linkWords, show: linkChip },
    {
      head: t('uplinkAcknowledged'),
      value: (row) => row.lastAcknowledged,
      show: (row) =>
        row.lastAcknowledged === undefined ? '–' : formatTime(Date.parse(row.lastAcknowledged), zone),
    },
    { head: t('uplinkBacklog'), isNumber: true, value: (row) => row.backlog },
    {
      head: t('uplinkOldest'),
      isNumber: true,
      value: (row) => row.oldest,
      show: (row) => (row.oldest === undefined ? '–' : formatAge(ageS(row.oldest, context))),
    },
    { head: t('uplinkCorrected'), value: (row) => correctedPeriods(row, zone) },
    { head: t('uplinkRefused'), value: refusedLanes },
  ]);
  return panel({ title: t('uplink'), note: t('uplinkNote') }, table);
}

const ageS = (time: string, { live }: PageContext): number =>
  Math.max(0, Math.round((live.nowMs() - Date.parse(time)) / 1000));

const linkWords = (row: UplinkRow): string => (row.connected ? t('uplinkUp') : t('uplinkDown'));

const linkChip = (row: UplinkRow): HTMLElement =>
  h(
    'span',
    { class: 'chip', 'data-state': row.connected ? 'ok' : 'down' },
    `${linkWords(row)} · ${row.address} · HJ 212-${row.edition}`,
  );

/** How many periods changed after they were acknowledged, and the newest of them. */
function correctedPeriods({ lanes }: UplinkRow, zone: string): string | undefined {
  const all = lanes
    .flatMap(({ asset, period, corrections }) => corrections.map((one) => ({ ...one, asset, kind: period })))
    .sort((a, b) => a.sent.localeCompare(b.sent));
  const last = all.at(-1);
  if (!last) return undefined;
  const code = last.refusal === undefined ? '' : ` (QnRtn ${last.refusal})`;
  return `${all.length}: ${last.asset} ${t(periodWords[last.kind])} ${formatTime(Date.parse(last.period), zone)}${code}`;
}

/** What the platform does not take, with its reason as the standard numbers it. */
function refusedLanes({ lanes }: UplinkRow): string | undefined {
  const refused = lanes.filter((lane) => lane.refusal !== undefined);
  if (refused.length === 0) return undefined;
  return refused
    .map((lane) => `${lane.asset} ${t(periodWords[lane.period])} (QnRtn ${lane.refusal})`)
    .join(', ');
}

const periodWords = {
  realtime: 'uplinkRealtime',
  minute: 'uplinkMinute',
  hour: 'uplinkHour',
  day: 'uplinkDay',
} as const;
