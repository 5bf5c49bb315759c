import { api } from '../../app/api.ts';
import type { PageContext } from '../../app/context.ts';
import { h } from '../../app/dom.ts';
import { formatGiven, formatMinute, formatNumber, formatTime, withUnit } from '../../app/format.ts';
import { heading, t, wordFor } from '../../app/language.ts';
import { assetName } from '../../app/plant-view.ts';
import { spanQuery } from '../../app/time-range.ts';
import { dataTable } from '../../parts/data-table.ts';
import { panel } from '../../parts/panel.ts';
import { emptyState } from '../../parts/states.ts';
import { pollutantLabel, pollutantUnit } from './hourly.ts';

const DAY_MS = 86_400_000;

const number = (value: number | undefined): string => (value === undefined ? '–' : formatNumber(value));

/** A span of whole days: an index and a day level need them. */
function wholeDays({ range, view }: PageContext): { from: string; to: string } {
  const startMs = view.calendar.startOf('day', Math.min(range.startMs, range.endMs - 6 * DAY_MS));
  return { ...spanQuery({ startMs, endMs: range.endMs }) };
}

/** Daily index of each station in both editions, in the colour of the standard. */
export async function dailyAqiTable(context: PageContext): Promise<HTMLElement> {
  const rows = await api.dailyAqi(wholeDays(context), context.signal);
  const table = dataTable('aqi-daily', rows, [
    { head: heading('day'), value: (row) => row.day },
    { head: t('asset'), value: (row) => assetName(context.view, row.asset) },
    { head: 'HJ 633', value: (row) => `${row.edition.slice(6)}${row.inForce ? ' ✓' : ''}` },
    {
      head: 'AQI',
      isNumber: true,
      value: (row) => row.aqi,
      show: (row) =>
        row.aqi === undefined
          ? '–'
          : h('span', { class: 'aqi-chip', 'data-level': levelOf(row.aqi) }, `${row.aqi} ${row.category}`),
    },
    {
      head: t('primaryPollutant'),
      value: (row) => row.primary,
      show: (row) => row.primary.replaceAll(';', ', ') || '–',
    },
    { head: 'PM2.5, µg/m³', isNumber: true, value: (row) => row.pm25, show: (row) => number(row.pm25) },
    { head: 'O3 8 h, µg/m³', isNumber: true, value: (row) => row.o3_8h, show: (row) => number(row.o3_8h) },
    { head: heading('exceeded'), value: (row) => row.exceeded.replaceAll(';', ', ') || '–' },
  ]);
  return panel({ title: t('aqiDaily') }, rows.length > 0 ? table : emptyState(t('noResults')));
}

/** 1 excellent to 6 severe: the style sheet holds the official colour of each. */
export function levelOf(aqi: number): number {
  const upTo = [50, 100, 150, 200, 300].findIndex((bound) => aqi <= bound);
  return upTo < 0 ? 6 : upTo + 1;
}

export async function noiseDayTable(context: PageContext): Promise<HTMLElement> {
  const rows = await api.noiseDays(wholeDays(context), context.signal);
  const level = (value: number | undefined, limit: number | undefined): string => {
    if (value === undefined) return '–';
    return `${limit !== undefined && value > limit ? '▲ ' : ''}${value.toFixed(1)}${limit === undefined ? '' : ` / ${limit}`}`;
  };
  const table = dataTable('noise-days', rows, [
    { head: heading('day'), value: (row) => row.day },
    { head: t('asset'), value: (row) => assetName(context.view, row.asset) },
    {
      head: `Ld, dB(A)`,
      isNumber: true,
      value: (row) => row.dayLeq,
      show: (row) => level(row.dayLeq, row.dayLimit),
    },
    {
      head: `Ln, dB(A)`,
      isNumber: true,
      value: (row) => row.nightLeq,
      show: (row) => level(row.nightLeq, row.nightLimit),
    },
    { head: 'Ldn, dB(A)', isNumber: true, value: (row) => row.ldn, show: (row) => level(row.ldn, undefined) },
    { head: t('validHours'), isNumber: true, value: (row) => row.dayHours + row.nightHours },
  ]);
  return panel(
    { title: t('noiseDays'), note: 'GB 12348-2008' },
    rows.length > 0 ? table : emptyState(t('noResults')),
  );
}

const marks = { overdue: '▲', 'due-soon': '●', planned: '○' } as const;

/** Calibration, maintenance and verification of the instruments, the most urgent first. */
export async function instrumentBoard(context: PageContext): Promise<HTMLElement> {
  const rows = await api.instruments(context.signal);
  if (rows.length === 0) return h('div', { hidden: true });
  const { zone } = context.view;
  const table = dataTable('instruments', rows, [
    { head: heading('instrument'), value: (row) => row.name },
    { head: t('dutyKind'), value: (row) => wordFor(row.kind) },
    {
      head: t('lastDone'),
      value: (row) => row.last,
      show: (row) => formatMinute(Date.parse(row.last), zone),
    },
    { head: t('due'), value: (row) => row.due, show: (row) => formatMinute(Date.parse(row.due), zone) },
    {
      head: t('state'),
      value: (row) => `${marks[row.state as keyof typeof marks] ?? ''} ${wordFor(row.state)}`,
    },
  ]);
  return panel({ title: t('instruments') }, table);
}

/** Episodes above a limit over the range, with the likely cause. */
export async function episodeBoard(context: PageContext): Promise<HTMLElement> {
  const rows = await api.exceedances(spanQuery(context.range), context.signal);
  if (rows.length === 0) return panel({ title: t('episodes') }, emptyState(t('nothing')));
  const { view } = context;
  const unitOfRow = ({ asset, pollutant }: (typeof rows)[number]): string =>
    pollutant === 'noise' ? 'dB(A)' : pollutantUnit(view, asset, pollutant);
  const table = dataTable('exceedances', rows, [
    {
      head: t('start'),
      value: (row) => row.start,
      show: (row) => formatTime(Date.parse(row.start), view.zone),
    },
    { head: t('hours'), isNumber: true, value: (row) => row.hours },
    { head: t('asset'), value: (row) => assetName(view, row.asset) },
    {
      head: t('pollutant'),
      value: (row) =>
        row.pollutant === 'noise' ? t('noise') : pollutantLabel(view, row.asset, row.pollutant),
    },
    {
      head: t('peak'),
      isNumber: true,
      value: (row) => row.peak,
      show: (row) => withUnit(formatNumber(row.peak), unitOfRow(row)),
    },
    {
      head: heading('limit'),
      isNumber: true,
      value: (row) => row.limit,
      show: (row) => (row.limit === undefined ? '–' : withUnit(formatGiven(row.limit), unitOfRow(row))),
    },
    { head: t('cause'), value: (row) => wordFor(row.cause ?? 'unknown'), show: causeOf },
  ]);
  return panel({ title: t('episodes'), note: t('hourlyMean') }, table);
}

const causeOf = ({ cause = 'unknown', reasons = '' }: { cause?: string; reasons?: string }): HTMLElement =>
  h(
    'span',
    { title: reasons },
    wordFor(cause),
    reasons !== '' && h('span', { class: 'muted small' }, ` ${reasons}`),
  );

/** The reports of this month and year, the last ones too: to print, as CSV, as a workbook. */
export function reportBoard({ view, live }: PageContext): HTMLElement {
  const day = view.calendar.dayKey(live.nowMs());
  const lastMonth = view.calendar.dayKey(view.calendar.startOf('month', live.nowMs()) - 1).slice(0, 7);
  const periods = [day.slice(0, 7), lastMonth, day.slice(0, 4)];
  const link = (period: string, format: string, text: string): HTMLElement =>
    h(
      'a',
      {
        href: `/api/v1/environment/reports/${period}?format=${format}`,
        ...(format === 'html' ? { target: '_blank', rel: 'noopener' } : { download: '' }),
      },
      text,
    );
  return panel(
    { title: t('reports') },
    h(
      'ul',
      { class: 'report-links' },
      periods.map((period) =>
        h(
          'li',
          {},
          h('strong', {}, period),
          link(period, 'html', t('reportPrint')),
          link(period, 'csv', 'CSV'),
          link(period, 'xlsx', 'XLSX'),
        ),
      ),
    ),
  );
}
