import { hourMs, type TimeWindow } from '../../../model/window.ts';
import type { ResultAnswer } from '../../app/api.ts';
import { h, svg } from '../../app/dom.ts';
import { formatMinute } from '../../app/format.ts';
import { t, wordFor } from '../../app/language.ts';
import { stateOf } from './chips.ts';

export interface Stretch extends TimeWindow {
  readonly state: string;
}

/** Each row's state holds until the next row, at most for an hour past the last: what nobody wrote is not known. */
export function stretchesOf(rows: readonly ResultAnswer[], span: TimeWindow): Stretch[] {
  const stretches: Stretch[] = [];
  for (const [index, row] of rows.entries()) {
    const startMs = Math.max(span.startMs, Date.parse(row.time));
    const next = rows[index + 1];
    const endMs = next ? Date.parse(next.time) : Math.min(span.endMs, startMs + hourMs);
    const last = stretches.at(-1);
    const state = stateOf(row);
    if (last?.state === state && last.endMs === startMs) stretches[stretches.length - 1] = { ...last, endMs };
    else if (endMs > startMs) stretches.push({ state, startMs, endMs });
  }
  return stretches;
}

/** Part of the known time that a machine ran. */
export function runShare(rows: readonly ResultAnswer[], span: TimeWindow): number | undefined {
  const stretches = stretchesOf(rows, span).filter(({ state }) => state !== 'unknown');
  const lengthOf = (some: readonly Stretch[]): number =>
    some.reduce((sum, one) => sum + one.endMs - one.startMs, 0);
  const known = lengthOf(stretches);
  return known === 0 ? undefined : lengthOf(stretches.filter(({ state }) => state === 'running')) / known;
}

export function stateTimeline(rows: readonly ResultAnswer[], span: TimeWindow, zone: string): Element {
  const stretches = stretchesOf(rows, span);
  if (stretches.length === 0) return h('span', { class: 'muted' }, `∅ ${t('noData')}`);
  const x = (timeMs: number): number => ((timeMs - span.startMs) / (span.endMs - span.startMs)) * 1000;
  const titleOf = ({ state, startMs, endMs }: Stretch): string =>
    `${wordFor(state)} ${formatMinute(startMs, zone)} – ${formatMinute(endMs, zone)}`;
  return svg(
    'svg',
    {
      class: 'timeline',
      viewBox: '0 0 1000 20',
      preserveAspectRatio: 'none',
      role: 'img',
      'aria-label': stretches.map(titleOf).join('; '),
    },
    stretches.map((stretch) => {
      const isRunning = stretch.state === 'running';
      const [y, height] = isRunning ? [2, 16] : [12, 6];
      return svg(
        'rect',
        {
          class: 'timeline-stretch',
          'data-state': stretch.state,
          x: x(stretch.startMs),
          width: Math.max(1, x(stretch.endMs) - x(stretch.startMs)),
          y,
          height,
        },
        svg('title', {}, titleOf(stretch)),
      );
    }),
  );
}
