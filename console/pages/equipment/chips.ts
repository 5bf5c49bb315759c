import type { ResultAnswer } from '../../app/api.ts';
import { h } from '../../app/dom.ts';
import { t, wordFor } from '../../app/language.ts';
import type { Word } from '../../app/words.ts';

export interface Severity {
  readonly rms: number;
  readonly zone: string;
}

export function lastSeverity(rows: readonly ResultAnswer[] | undefined): Severity | undefined {
  const fields = rows?.at(-1)?.fields;
  const rms = Number(fields?.value);
  return fields && Number.isFinite(rms) ? { rms, zone: String(fields.zone ?? '') } : undefined;
}

const stateMarks: Readonly<Record<string, string>> = { running: '▶', stopped: '■', idle: '◫', fault: '✕' };

export const stateOf = (row: ResultAnswer | undefined): string =>
  String(row?.fields.state ?? 'unknown').toLowerCase();

export function stateChip(row: ResultAnswer | undefined): HTMLElement {
  const state = stateOf(row);
  return h(
    'span',
    { class: 'chip', 'data-state': state },
    h('span', { 'aria-hidden': 'true' }, `${stateMarks[state] ?? '?'} `),
    wordFor(state),
  );
}

const zoneWords: Readonly<Record<string, Word>> = { A: 'zoneA', B: 'zoneB', C: 'zoneC', D: 'zoneD' };

/** @see ISO 20816-3: zones A to D */
export function zoneChip(zone: string): HTMLElement {
  const word = zoneWords[zone];
  const title = word ? `${t('zone')} ${zone}: ${t(word)}` : t('unknown');
  return h(
    'span',
    { class: 'zone-chip', 'data-zone': zone, title, 'aria-label': title, role: 'img' },
    zone || '?',
  );
}
