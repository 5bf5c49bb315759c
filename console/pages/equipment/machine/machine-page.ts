import { api, type RulAnswer } from '../../../app/api.ts';
import type { PageContext } from '../../../app/context.ts';
import { h } from '../../../app/dom.ts';
import { formatAge, formatNumber } from '../../../app/format.ts';
import { t } from '../../../app/language.ts';
import { spanQuery } from '../../../app/time-range.ts';
import { panel } from '../../../parts/panel.ts';
import { emptyState, region } from '../../../parts/states.ts';
import { becauseWord, healthBar } from '../attention-table.ts';
import { lastSeverity, stateChip, zoneChip } from '../chips.ts';
import { stateTimeline } from '../state-timeline.ts';
import { diagnosisCard } from './diagnosis-card.ts';
import { modelPanel } from './model-panel.ts';
import { oeePanel } from './oee-panel.ts';
import { scorePanel } from './score-panel.ts';
import { spectrumPanels } from './spectrum-panels.ts';
import { trendPanel } from './trend-panel.ts';

/** One machine: how it runs, how it is, what is wrong with it and why. */
export function machinePage(context: PageContext, asset: string): HTMLElement {
  return region(() => content(context, asset), context.signal, 12);
}

async function content(context: PageContext, asset: string): Promise<HTMLElement> {
  const { view, range, signal } = context;
  const machine = view.assets.find((one) => one.id === asset && one.scenario === 'equipment');
  if (!machine) return emptyState(t('noSuchPage'), undefined, h('a', { href: '/equipment' }, t('toFleet')));
  const query = { asset, ...spanQuery(range) };
  const [fleet, states, severities, health, diagnoses, models, life] = await Promise.all([
    api.fleet(signal),
    api.results('machine_state', spanQuery(range), signal),
    api.results('vibration_severity', spanQuery(range), signal),
    api.results('machine_health', spanQuery(range), signal),
    api.diagnoses(query, signal),
    api.models(asset, signal),
    api.remainingLife(asset, signal),
  ]);
  const own = <T extends { series: Readonly<Record<string, string>> }>(rows: readonly T[]): T[] =>
    rows.filter(({ series }) => series.asset === asset);
  const [ownStates, ownSeverities] = [own(states), own(severities)];
  const summary = fleet.find((one) => one.asset === asset);
  const severity = lastSeverity(ownSeverities);
  return h(
    'div',
    { class: 'stack' },
    h(
      'div',
      { class: 'bar' },
      h('h1', {}, machine.name),
      stateChip(ownStates.at(-1)),
      severity && h('span', {}, zoneChip(severity.zone), ` ${formatNumber(severity.rms)} mm/s`),
      h('span', { class: 'spacer' }),
      h('a', { href: '/equipment' }, t('toFleet')),
      h('a', { href: `/assets/${encodeURIComponent(asset)}` }, t('assetReadings')),
    ),
    h(
      'div',
      { class: 'machine-grid' },
      panel(
        { title: t('machineHealth') },
        summary && summary.index !== null
          ? healthBar(summary.index)
          : h('p', { class: 'muted' }, t('notJudged')),
        summary &&
          summary.index !== null &&
          h('p', {}, `${t('healthBecause')}: ${becauseWord(summary.because)}`),
        h('p', {}, `${t('remainingLife')}: ${lifeText(life)}`),
        h(
          'p',
          { class: 'muted' },
          summary && summary.modelVersion > 0
            ? `${t('learnedVersion')} ${summary.modelVersion}`
            : t('stillLearning'),
        ),
        h('h3', {}, t('stateTimeline')),
        stateTimeline(ownStates, range, view.zone),
      ),
      diagnosisCard(context, asset, diagnoses.at(-1)),
    ),
    trendPanel(context, asset, models, ownSeverities.at(-1)),
    scorePanel(context, asset, own(health)),
    spectrumPanels(context, asset),
    oeePanel(context, asset),
    modelPanel(context, models),
  );
}

function lifeText({ verdict, hours, earliestHours, latestHours }: RulAnswer): string {
  if (verdict === 'limit-reached') return `▲ ${t('limitReached')}`;
  if (verdict !== 'estimate' || hours === undefined) return t('notEnoughEvidence');
  const age = (value: number | undefined): string => (value === undefined ? '∞' : formatAge(value * 3600));
  return `${age(hours)} (${t('between')} ${age(earliestHours)} – ${age(latestHours)})`;
}
