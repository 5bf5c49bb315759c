import type { ModelsAnswer } from '../../../app/api.ts';
import type { PageContext } from '../../../app/context.ts';
import { h } from '../../../app/dom.ts';
import { formatMinute, formatShare } from '../../../app/format.ts';
import { t } from '../../../app/language.ts';
import { panel } from '../../../parts/panel.ts';
import { emptyState } from '../../../parts/states.ts';

/** Versions of what was learned of a machine, newest first. */
export function modelPanel({ view }: PageContext, models: ModelsAnswer['models']): HTMLElement {
  if (models.length === 0) return panel({ title: t('modelsLearned') }, emptyState(t('stillLearning')));
  const span = (from: string, to: string): string =>
    `${formatMinute(Date.parse(from), view.zone)} – ${formatMinute(Date.parse(to), view.zone)}`;
  const share = (value: number | undefined): string => (value === undefined ? '–' : formatShare(value));
  const head = ['#', t('trainedSpan'), t('learnedFor'), t('falseAlarmShare'), t('algorithms')];
  return panel(
    { title: t('modelsLearned') },
    h(
      'div',
      { class: 'scroll-x', tabindex: 0, role: 'region', 'aria-label': t('modelsLearned') },
      h(
        'table',
        { class: 'table' },
        h(
          'thead',
          {},
          h(
            'tr',
            {},
            head.map((title) => h('th', { scope: 'col' }, title)),
          ),
        ),
        h(
          'tbody',
          {},
          [...models]
            .reverse()
            .map((model) =>
              h(
                'tr',
                {},
                h('th', { scope: 'row' }, String(model.version)),
                h('td', {}, span(model.trainedFrom, model.trainedTo)),
                h('td', {}, model.by === undefined ? model.reason : `${model.reason} (${model.by})`),
                h('td', {}, share(model.metrics.falseAlarmShare)),
                h('td', {}, model.algorithms.join('; ')),
              ),
            ),
        ),
      ),
    ),
  );
}
