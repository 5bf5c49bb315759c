import type { PlantCalendar } from '../../../model/calendar.ts';
import type { Clock } from '../../../model/clock.ts';
import { errorMessage } from '../../../model/error.ts';
import type { StationHealth } from '../../../model/health.ts';
import type { Plant } from '../../../model/plant.ts';
import { quarterHourMs } from '../../../model/window.ts';
import type { JournalEntry, LocalState } from '../../../store/local-state.ts';
import type { AlarmTransition } from '../../alarms/journal.ts';
import {
  dueEscalations,
  type NotificationRule,
  type OpenSpell,
  spellAfter,
  toldAs,
} from '../../alarms/notification.ts';
import type { AlarmWatch } from '../alarm-watch.ts';
import type { Channel } from './channel.ts';
import { NotifyLane } from './lane.ts';
import { NoticeWriter } from './notice-writer.ts';
import { Outbox, type Waiting } from './outbox.ts';

const TICK_MS = 1000;
const LINES_A_TICK = 500;
/** A change older than this is told only where the alarm still stands as it says: after an outage nobody needs the rest. */
const STALE_MS = quarterHourMs;
/** How long an attempt under way may take to end at the stop; what it carried stays in the outbox otherwise. */
const STOP_PATIENCE_MS = 2000;

export interface NotifierOptions {
  readonly plant: Plant;
  readonly calendar: PlantCalendar;
  readonly alarms: Pick<AlarmWatch, 'definitions' | 'status'>;
  readonly state: Pick<LocalState, 'documents' | 'journal' | 'transaction'>;
  readonly rules: readonly NotificationRule[];
  readonly channels: readonly Channel[];
  readonly clock: Clock;
}

/**
 * Tells alarms beyond the screen. It follows the alarm journal by a cursor of its own, so it never stands in the way of an
 * alarm, and neither a kill nor an outage loses a notice: cursor and outbox are saved together, and what waits is sent
 * until it is taken (at least once; each notice has an id).
 */
export class Notifier {
  readonly #options: NotifierOptions;
  readonly #writer: NoticeWriter;
  readonly #lanes: ReadonlyMap<string, NotifyLane>;
  #timer: NodeJS.Timeout | undefined;
  #taking: Promise<void> = Promise.resolve();
  readonly #sending = new Set<Promise<void>>();
  #lastError: StationHealth['lastError'];

  constructor(options: NotifierOptions) {
    const { plant, state, channels, clock } = options;
    this.#options = options;
    const outbox = new Outbox(state.documents<Waiting>('notify-outbox'));
    this.#writer = new NoticeWriter({ ...options, outbox, onDropped: (channel) => this.#dropped(channel) });
    this.#lanes = new Map(
      channels.map((channel) => [
        channel.id,
        new NotifyLane({ plant: plant.site.name, channel, outbox, clock }),
      ]),
    );
  }

  start(): void {
    this.#tick();
    this.#timer = setInterval(() => this.#tick(), TICK_MS);
  }

  async stop(): Promise<void> {
    clearInterval(this.#timer);
    await this.#taking;
    let timer: NodeJS.Timeout | undefined;
    const patience = new Promise<void>((resolve) => {
      timer = setTimeout(resolve, STOP_PATIENCE_MS);
    });
    await Promise.race([Promise.all(this.#sending), patience]);
    clearTimeout(timer);
  }

  #tick(): void {
    this.#taking = this.#taking.then(() => this.takeOnce());
    const sent = this.#taking.then(() => this.sendOnce());
    this.#sending.add(sent);
    void sent.finally(() => this.#sending.delete(sent));
  }

  /** Takes over what the journal says that is new, and what has waited too long for a person. */
  async takeOnce(): Promise<void> {
    const { state, clock } = this.#options;
    const cursors = state.documents<number>('notify-cursor');
    const journal = state.journal<AlarmTransition>('alarms');
    const before = cursors.get('journal');
    const nowMs = clock.nowMs();
    try {
      // At its first start ever it tells nothing of the past.
      const lines = before === undefined ? [] : journal.read({ after: before, limit: LINES_A_TICK });
      const cursor = lines.at(-1)?.sequence ?? before ?? journal.lastSequence();
      await state.transaction(() => {
        for (const line of lines) this.#follow(line, nowMs);
        this.#escalate(nowMs);
        if (cursor !== before) void cursors.put('journal', cursor);
      });
      this.#lastError = undefined;
    } catch (error) {
      const remedy = 'Alarms are shown but not told: look at the disk of the data folder.';
      this.#lastError = { message: errorMessage(error), timeMs: nowMs, remedy };
    }
  }

  /** One attempt of each channel. */
  async sendOnce(): Promise<void> {
    await Promise.all([...this.#lanes.values()].map((lane) => lane.step()));
  }

  #spells() {
    return this.#options.state.documents<OpenSpell>('notify-open');
  }

  #follow({ entry }: JournalEntry<AlarmTransition>, nowMs: number): void {
    const spells = this.#spells();
    const known = spells.get(entry.alarm);
    // The clock of an escalation runs from here: the figure of an hour may carry a time that is long past.
    const spell = spellAfter(known, { ...entry, timeMs: nowMs });
    if (spell && !known) void spells.put(entry.alarm, spell);
    else if (!spell && known) void spells.remove(entry.alarm);
    const kind = toldAs(entry);
    const isStale = entry.timeMs < nowMs - STALE_MS;
    if (!kind || (isStale && this.#options.alarms.status(entry.alarm).state !== entry.to)) return;
    this.#options.rules.forEach((rule) => {
      const isWanted = kind === 'cleared' ? rule.cleared : rule.unacknowledgedMs === undefined;
      if (isWanted) this.#writer.write(rule, kind, entry, nowMs);
    });
  }

  #escalate(nowMs: number): void {
    const { alarms, rules } = this.#options;
    const spells = this.#spells();
    for (const [alarm, spell] of spells.entries()) {
      const due = dueEscalations(rules, spell, nowMs);
      if (due.length === 0) continue;
      const { state, value, limit, sinceMs } = alarms.status(alarm);
      const isOpen = state === 'unacknowledged' || state === 'returned-unacknowledged';
      for (const index of isOpen ? due : []) {
        const rule = rules[index];
        const seen = { alarm, timeMs: sinceMs, value, limit, openMs: spell.sinceMs };
        if (rule) this.#writer.write(rule, 'unacknowledged', seen, nowMs);
      }
      void spells.put(alarm, { ...spell, escalated: [...spell.escalated, ...due] });
    }
  }

  #dropped(channel: string): void {
    const lane = this.#lanes.get(channel);
    if (lane) lane.counters.dropped += 1;
  }

  health(): readonly StationHealth[] {
    const lanes = [...this.#lanes.values()].map((lane) => lane.health());
    const error = this.#lastError;
    return error ? lanes.map((lane) => ({ ...lane, state: 'degraded' as const, lastError: error })) : lanes;
  }
}
