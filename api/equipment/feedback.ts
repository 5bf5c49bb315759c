import type { PlantCalendar } from '../../model/calendar.ts';
import { PlantscopeError } from '../../model/error.ts';
import { type Feedback, ruleRecords, type Verdict } from '../../scenarios/equipment/diagnosis/feedback.ts';
import type { JournalEntry } from '../../store/local-state.ts';
import type { Backend, ConditionDesk } from '../ports.ts';
import type { FeedbackAnswer, FeedbackEntry } from './condition-schemas.ts';

interface FeedbackBody {
  readonly asset: string;
  readonly verdict: string;
  readonly fault?: string;
  readonly since?: string;
  readonly note?: string;
}

/**
 * Writes down what a person says of a diagnosis.
 * @throws PlantscopeError `not-found`, `invalid-request`, `invalid-time`
 */
export async function giveFeedback(
  { plant, clock, calendar }: Pick<Backend, 'plant' | 'clock' | 'calendar'>,
  desk: ConditionDesk,
  { asset, verdict, fault, since, note }: FeedbackBody,
  by: string,
): Promise<JournalEntry<Feedback>> {
  if (plant.assetsById.get(asset)?.nature.scenario !== 'equipment')
    throw new PlantscopeError('not-found', `There is no machine ${asset}`, { where: 'asset' });
  const isNamed = verdict === 'new-normal' || desk.faults.some(({ id }) => id === fault);
  if (!isNamed)
    throw new PlantscopeError('invalid-request', `"${fault ?? ''}" is no fault of the knowledge base`, {
      where: 'fault',
      hint: `Faults are ${desk.faults.map(({ id }) => id).join(', ')}.`,
    });
  return desk.feedback.give({
    ...{ asset, by, verdict: verdict as Verdict, fault: fault ?? '' },
    sinceMs: since === undefined ? clock.nowMs() : instantOf(since, calendar),
    ...(note !== undefined && { note }),
  });
}

function instantOf(text: string, calendar: PlantCalendar): number {
  const timeMs = calendar.parse(text);
  if (timeMs !== undefined) return timeMs;
  const hint = 'Expected ISO 8601, for example 2026-11-24T08:00:00Z.';
  throw new PlantscopeError('invalid-time', `since is "${text}"`, { where: 'since', hint });
}

export function presentFeedback({ sequence, entry }: JournalEntry<Feedback>): FeedbackEntry {
  const { asset, fault, verdict, sinceMs, givenMs, by, note } = entry;
  return {
    ...{ sequence, asset, fault, verdict, by },
    since: new Date(sinceMs).toISOString(),
    given: new Date(givenMs).toISOString(),
    ...(note !== undefined && { note }),
  };
}

export function feedbackAnswer(entries: readonly JournalEntry<Feedback>[]): FeedbackAnswer {
  return {
    entries: entries.map(presentFeedback),
    rules: ruleRecords(entries.map(({ entry }) => entry)).map(({ precision, recall, ...counts }) => ({
      ...counts,
      precision: precision ?? null,
      recall: recall ?? null,
    })),
  };
}
