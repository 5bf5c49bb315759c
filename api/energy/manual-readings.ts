import { PlantscopeError } from '../../model/error.ts';
import type { Tag } from '../../model/plant.ts';
import type { Reading } from '../../model/reading.ts';
import { doubtManualReadings, type ManualReading } from '../../scenarios/energy/manual-reading.ts';
import { mainQuantity } from '../../scenarios/runner/energy/stored-interval.ts';
import { meterRegister } from '../../scenarios/runner/jobs/meter-register.ts';
import type { Backend } from '../ports.ts';
import type { ManualAnswer } from './meter-schemas.ts';
import { requireMeter } from './meters.ts';

export interface Entered {
  readonly meter: string;
  readonly timeMs: number;
  /** Register units. */
  readonly reading: number;
  readonly quantity?: string | undefined;
}

/**
 * Stores what a person read off meters. A doubtful reading (it falls, it jumps, it has too many digits) is given back to be looked
 * at again, and stored only when confirmed.
 * @throws PlantscopeError `not-available`, `unknown-asset`, `unknown-tag`, `reading-malformed`
 */
export async function enterManual(
  backend: Backend,
  entered: readonly Entered[],
  by: string,
  isConfirmed: boolean,
): Promise<ManualAnswer> {
  const enter = backend.enterReadings;
  if (!enter) {
    throw new PlantscopeError('not-available', 'This process takes no readings', {
      hint: 'Enter them at the platform, or at the ingest service.',
    });
  }
  const tagged = entered.map((one) => ({ one, tag: registerOf(backend, one) }));
  const doubts = isConfirmed ? [] : await doubtsOf(backend, tagged, by);
  const doubted = new Set(doubts.map(({ reading }) => `${reading.meter} ${reading.timeMs}`));
  const good = tagged.filter(({ one, tag }) => !doubted.has(`${tag.id} ${one.timeMs}`));
  const refusals = await enter(good.map(({ one, tag }) => readingOf(backend, one, tag)));
  if (refusals[0]) {
    const { message, tag } = refusals[0];
    throw new PlantscopeError('reading-malformed', message, { where: tag ?? 'reading' });
  }
  return {
    stored: good.length,
    doubts: doubts.map(({ reading, reason, detail }) => ({
      meter: reading.meter.split('.')[0] ?? '',
      time: backend.calendar.toIso(reading.timeMs),
      ...{ reading: reading.value, reason, detail },
    })),
  };
}

function registerOf({ plant }: Backend, { meter, quantity }: Entered): Tag {
  const asset = requireMeter(plant, meter);
  const wanted = quantity ?? mainQuantity(asset);
  const tag = asset.tags.find((one) => one.quantity === wanted && one.definition.cumulates);
  if (tag) return tag;
  throw new PlantscopeError('unknown-tag', `${meter} has no register "${wanted}"`, { where: 'quantity' });
}

interface Tagged {
  readonly one: Entered;
  readonly tag: Tag;
}

async function doubtsOf({ store, plant }: Backend, tagged: readonly Tagged[], by: string) {
  const tags = [...new Map(tagged.map(({ tag }) => [tag.id, tag])).values()];
  const latest = new Map((await store.latest(tags.map(({ id }) => id))).map((one) => [one.tag, one]));
  return tags.flatMap((tag) => {
    const { rule } = meterRegister(plant, tag);
    const readings = tagged
      .filter((one) => one.tag.id === tag.id)
      .map(({ one }): ManualReading => ({ meter: tag.id, timeMs: one.timeMs, value: one.reading, by }));
    const last = latest.get(tag.id);
    const before =
      typeof last?.value === 'number'
        ? { timeMs: last.timeMs, value: last.value / rule.multiplier }
        : undefined;
    return doubtManualReadings(readings, before, rule);
  });
}

const readingOf = ({ plant }: Backend, { timeMs, reading }: Entered, tag: Tag): Reading => ({
  ...{ tag: tag.id, timeMs, timeNs: 0, status: 0, origin: 'manual' },
  value: reading * meterRegister(plant, tag).rule.multiplier,
});

/**
 * Lines `meter,time,reading` with a head; a time without zone is plant time.
 * @throws PlantscopeError `invalid-request` naming the line
 */
export function parseManualCsv(text: string, instantOf: (text: string) => number | undefined): Entered[] {
  const [head = '', ...lines] = text.replace(/^\uFEFF/, '').split(/\r?\n/);
  const columns = head.split(',').map((name) => name.trim().toLowerCase());
  const at = ['meter', 'time', 'reading'].map((name) => columns.indexOf(name));
  if (at.includes(-1)) throw refused('line 1', `the head is "${head}"`, 'It names meter, time and reading.');
  return lines.flatMap((line, index) => {
    if (line.trim() === '') return [];
    const cells = line.split(',').map((cell) => cell.trim());
    const [meter = '', time = '', reading = ''] = at.map((column) => cells[column] ?? '');
    const [timeMs, value] = [instantOf(time), reading === '' ? Number.NaN : Number(reading)];
    const where = `line ${index + 2}`;
    if (timeMs === undefined) throw refused(where, `time is "${time}"`, 'As 2026-11-24T08:00.');
    if (!(value >= 0)) throw refused(where, `reading is "${reading}"`, 'A number, 0 or above.');
    return [{ meter, timeMs, reading: value }];
  });
}

const refused = (where: string, what: string, hint: string): PlantscopeError =>
  new PlantscopeError('invalid-request', `${where}: ${what}`, { where, hint });
