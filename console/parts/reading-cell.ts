import type { LatestReading, TagAnswer } from '../app/api.ts';
import { type Bounds, isOutside } from '../app/bounds.ts';
import { h, setText } from '../app/dom.ts';
import { formatAge, formatTime, formatValue, unitOf } from '../app/format.ts';
import { t } from '../app/language.ts';
import type { LiveFeed } from '../app/live.ts';
import { type Condition, conditionMark, conditionOf, conditionWord, statusText } from '../app/quality.ts';

/** Value, unit, age and quality of one tag, kept up to date. */
export interface ReadingCell {
  readonly element: HTMLElement;
  readonly condition: () => Condition;
  refresh(): void;
}

/** @param bounds beyond which the value is shown as exceeding its limit: by colour, shape and word */
export function readingCell(tag: TagAnswer, live: LiveFeed, zone: string, bounds: Bounds = {}): ReadingCell {
  const value = h('span', { class: 'value' });
  const unit = h('span', { class: 'unit' }, unitOf(tag.unit));
  const mark = h('span', { class: 'mark', 'aria-hidden': 'true' });
  const age = h('span', { class: 'age' });
  const spoken = h('span', { class: 'sr-only' });
  const element = h('span', { class: 'reading' }, mark, value, ' ', unit, age, spoken);
  let condition: Condition = 'noData';
  let shown: string | undefined;

  const refresh = (): void => {
    const reading = live.latest.get(tag.tag);
    condition = conditionOf(tag, live);
    element.dataset.condition = condition;
    const text = textOf(tag, reading, condition);
    const isChanged = setText(value, text);
    if (isChanged && shown !== undefined) tick(value);
    shown = text;
    const isExceeding = condition !== 'bad' && isOutside(reading?.value, bounds);
    element.toggleAttribute('data-exceeding', isExceeding);
    setText(mark, isExceeding ? '▲' : conditionMark[condition]);
    setText(age, reading ? formatAge(live.ageS(reading)) : '');
    const words = [
      ...(condition === 'good' ? [] : [t(conditionWord[condition])]),
      ...(isExceeding ? [t('exceeded')] : []),
    ];
    setText(spoken, words.length === 0 ? '' : ` ${words.join(', ')}`);
    element.title = [...(isExceeding ? [t('exceeded')] : []), hintOf(reading, condition, zone)].join(' · ');
  };
  refresh();
  return { element, condition: () => condition, refresh };
}

function textOf(tag: TagAnswer, reading: LatestReading | undefined, condition: Condition): string {
  if (!reading) return t('noData');
  if (reading.value === null) return t(conditionWord[condition]);
  return formatValue(reading.value, tag.cumulates);
}

function hintOf(reading: LatestReading | undefined, condition: Condition, zone: string): string {
  if (!reading) return t('noDataYet');
  return `${t(conditionWord[condition])} · ${statusText(reading)} · ${formatTime(Date.parse(reading.sourceTime), zone)}`;
}

/** The one animation there is: a value that has just changed. */
function tick(element: HTMLElement): void {
  if (matchMedia('(prefers-reduced-motion: reduce)').matches) return;
  element.animate([{ backgroundColor: 'var(--tick)' }, { backgroundColor: 'transparent' }], {
    duration: 700,
  });
}

/** Keeps cells up to date: those that changed at once, all of them (ages) each second. */
export function keepFresh(
  cells: ReadonlyMap<string, readonly ReadingCell[]>,
  live: LiveFeed,
  signal: AbortSignal,
  afterwards?: () => void,
): void {
  live.onChange((changed) => {
    for (const tag of changed) for (const cell of cells.get(tag) ?? []) cell.refresh();
  }, signal);
  const timer = setInterval(() => {
    for (const group of cells.values()) for (const cell of group) cell.refresh();
    afterwards?.();
  }, 1000);
  signal.addEventListener('abort', () => clearInterval(timer));
}
