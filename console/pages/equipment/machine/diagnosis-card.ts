import { api, type DiagnosisAnswer } from '../../../app/api.ts';
import type { PageContext } from '../../../app/context.ts';
import { h } from '../../../app/dom.ts';
import { formatNumber, formatShare, formatTime } from '../../../app/format.ts';
import { labelOf, t } from '../../../app/language.ts';
import type { Word } from '../../../app/words.ts';
import { panel } from '../../../parts/panel.ts';
import { errorState } from '../../../parts/states.ts';
import { evidenceWord } from './evidence-words.ts';

type Hypothesis = DiagnosisAnswer['ranked'][number];
type Evidence = Hypothesis['evidenceFor'][number];

const urgencyWords: Readonly<Record<string, Word>> = {
  watch: 'urgencyWatch',
  plan: 'urgencyPlan',
  soon: 'urgencySoon',
  now: 'urgencyNow',
};

/** What is most likely wrong, why, what to do, and the buttons by which a person judges it. */
export function diagnosisCard(
  context: PageContext,
  asset: string,
  newest: DiagnosisAnswer | undefined,
): HTMLElement {
  const isTold = newest?.said === true;
  const best = newest?.ranked[0];
  const note = newest && formatTime(Date.parse(newest.time), context.view.zone);
  return panel(
    { title: t('toldFault'), ...(note && { note }) },
    h('p', { class: 'diagnosis-head' }, headOf(newest)),
    newest &&
      newest.abnormal.length > 0 &&
      h('p', {}, `△ ${newest.abnormal.map((reason) => reason).join('; ')}`),
    newest && newest.fault !== 'none' && best && hypothesis(best),
    newest && others(newest),
    buttons(context, asset, isTold ? newest : undefined),
  );
}

function headOf(newest: DiagnosisAnswer | undefined): string {
  if (!newest || newest.fault === 'none') return `✓ ${t('noFault')}`;
  const name = newest.ranked[0] ? labelOf(newest.ranked[0].name) : newest.fault;
  const doubt = newest.said ? '' : ` (${t('notConfirmedYet')})`;
  return `▲ ${name}, ${t('confidence')} ${formatShare(newest.confidence)}${doubt}`;
}

function hypothesis({
  evidenceFor,
  evidenceAgainst,
  missing,
  advice,
  urgency,
  source,
}: Hypothesis): HTMLElement {
  const word = urgencyWords[urgency];
  return h(
    'div',
    { class: 'stack-s' },
    h('p', {}, h('strong', {}, `${t('adviceHead')}: `), advice),
    h('p', { class: 'muted' }, `${t('urgency')}: ${word ? t(word) : urgency}. ${t('basisOf')}: ${source}.`),
    h(
      'div',
      { class: 'evidence' },
      evidenceList(t('evidenceFor'), '＋', evidenceFor),
      evidenceList(t('evidenceAgainst'), '−', evidenceAgainst),
    ),
    missing.length > 0 &&
      h('p', { class: 'muted' }, `${t('notObserved')}: ${missing.map(evidenceWord).join(', ')}`),
  );
}

function evidenceList(title: string, mark: string, evidence: readonly Evidence[]): HTMLElement | undefined {
  if (evidence.length === 0) return undefined;
  return h(
    'div',
    {},
    h('h3', {}, title),
    h(
      'ul',
      { class: 'plain-list' },
      evidence.map((item) => h('li', {}, `${mark} ${evidenceWord(item.observation)}: ${observedText(item)}`)),
    ),
  );
}

function observedText({ observation, observed, atLeast, below }: Evidence): string {
  const show = (value: number): string =>
    observation.startsWith('share') ? formatShare(value) : formatNumber(value);
  const limit = atLeast === undefined ? `< ${show(below ?? 0)}` : `≥ ${show(atLeast)}`;
  return `${show(observed)} (${limit})`;
}

function others({ ranked, fault }: DiagnosisAnswer): HTMLElement | undefined {
  const rest = ranked.filter((one, index) => (index > 0 || fault === 'none') && one.confidence >= 0.3);
  if (rest.length === 0) return undefined;
  return h(
    'details',
    {},
    h('summary', {}, `${t('otherHypotheses')} (${rest.length})`),
    rest.map((one) =>
      h(
        'div',
        { class: 'stack-s' },
        h('h3', {}, `${labelOf(one.name)} ${formatShare(one.confidence)}`),
        hypothesis(one),
      ),
    ),
  );
}

function buttons(context: PageContext, asset: string, told: DiagnosisAnswer | undefined): HTMLElement {
  if (context.view.session.role === 'viewer') return h('p', { class: 'muted' }, t('needsOperatorFeedback'));
  const notice = h('div', { role: 'status' });
  const give = (verdict: string, word: Word): HTMLElement => {
    const button = h('button', { type: 'button' }, t(word));
    button.addEventListener('click', () => {
      button.disabled = true;
      const about = told ? { fault: told.fault, since: told.time } : {};
      api.giveFeedback({ asset, verdict, ...about }).then(
        () => notice.replaceChildren(`✓ ${t('feedbackGiven')}`),
        (failure: unknown) => {
          button.disabled = false;
          notice.replaceChildren(errorState(failure));
        },
      );
    });
    return button;
  };
  return h(
    'div',
    { class: 'bar' },
    told && give('confirmed', 'confirmFault'),
    told && give('rejected', 'rejectFault'),
    give('new-normal', 'newNormal'),
    notice,
  );
}
