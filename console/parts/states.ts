import { RequestFailure } from '../app/api.ts';
import { h } from '../app/dom.ts';
import { t } from '../app/language.ts';

/** What is missing, why, and what to do. */
export const emptyState = (title: string, hint?: string, action?: HTMLElement): HTMLElement =>
  h('div', { class: 'state' }, h('p', { class: 'state-title' }, title), hint && h('p', {}, hint), action);

export function errorState(failure: unknown, retry?: () => void): HTMLElement {
  const message = failure instanceof Error ? failure.message : String(failure);
  const hint = failure instanceof RequestFailure ? failure.hint : undefined;
  return h(
    'div',
    { class: 'state state-error', role: 'alert' },
    h('p', { class: 'state-title' }, `✕ ${t('failed')}`),
    h('p', {}, message),
    hint && h('p', { class: 'muted' }, hint),
    retry && h('button', { type: 'button', onClick: retry }, t('retry')),
  );
}

/** Grey bars of about the size of what will come, so that nothing jumps. */
export const loadingState = (rows = 3): HTMLElement =>
  h(
    'div',
    { class: 'loading', role: 'status', 'aria-label': t('loading') },
    Array.from({ length: rows }, () => h('div', { class: 'loading-bar' })),
  );

/** A region that shows loading, then what `load` gives, or what went wrong with a way to try again. */
export function region(load: () => Promise<HTMLElement>, signal: AbortSignal, rows = 3): HTMLElement {
  const host = h('div', { class: 'region' }, loadingState(rows));
  const attempt = async (): Promise<void> => {
    try {
      const content = await load();
      if (!signal.aborted) host.replaceChildren(content);
    } catch (failure) {
      if (!signal.aborted) host.replaceChildren(errorState(failure, () => void attempt()));
    }
  };
  void attempt();
  return host;
}
