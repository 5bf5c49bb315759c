import { minuteMs } from '../../../model/window.ts';
import { api, type ResultAnswer } from '../../app/api.ts';
import type { PageContext } from '../../app/context.ts';
import { t } from '../../app/language.ts';
import { cssColor } from '../../app/theme-choice.ts';
import { spanQuery } from '../../app/time-range.ts';
import type { Band } from '../../charts/line-plugins.ts';

const flagWords = {
  C: 'flagC',
  M: 'flagM',
  D: 'flagD',
  F: 'flagF',
  T: 'flagT',
  B: 'flagB',
  S: 'flagS',
} as const;

/** Every mark but N as a band behind the curves, each with its letter and word. */
export async function flagBands({ view, range, signal }: PageContext, asset: string): Promise<Band[]> {
  const tag = `${asset}.dataFlag`;
  if (!view.tag.has(tag)) return [];
  const [series] = await api.readings({ tags: tag, ...spanQuery(range) }, signal);
  const points = series?.points ?? [];
  const bands: Band[] = [];
  points.forEach(([time, value], index) => {
    const word = flagWords[String(value).toUpperCase() as keyof typeof flagWords];
    if (!word) return;
    const startMs = Date.parse(time);
    const next = points[index + 1]?.[0];
    const endMs = next === undefined ? Math.min(range.endMs, startMs + minuteMs) : Date.parse(next);
    const label = `${value} ${t(word)}`;
    const last = bands.at(-1);
    // A historian gives the mark of every minute: neighbours are one band.
    if (last?.label === label && last.endMs === startMs) bands[bands.length - 1] = { ...last, endMs };
    else bands.push({ startMs, endMs, color: cssColor('flag'), label });
  });
  return bands;
}

/** Hours of start-up or shutdown: measured, not judged. */
export function transientBands(rows: readonly ResultAnswer[]): Band[] {
  const hours = new Set(rows.flatMap(({ time, fields }) => (fields.transient === true ? [time] : [])));
  return [...hours].map((time) => {
    const startMs = Date.parse(time);
    return {
      startMs,
      endMs: startMs + 60 * minuteMs,
      color: cssColor('band-other'),
      label: t('startUpBand'),
    };
  });
}
