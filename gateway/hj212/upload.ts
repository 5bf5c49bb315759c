import type { Tag } from '../../model/plant.ts';
import type { Reading } from '../../model/reading.ts';
import type { Refusal } from '../../model/refusal.ts';
import { qualityOf, type StatusCode, statusCodes } from '../../model/status.ts';
import { type Normalise, normaliserOf } from '../normalise.ts';
import type { Frame } from './protocol/frame.ts';
import { parseItems } from './protocol/items.ts';
import { parseTime } from './protocol/time.ts';

/** CN of data uploads: real-time, day, minute and hour data. @see HJ 212-2017 table 5 */
const uploadCommands: ReadonlySet<string> = new Set(['2011', '2031', '2051', '2061']);

/** ST of the platform itself: what it sends are requests and answers. */
const SYSTEM_INTERACTION = '91';

/**
 * What a data flag makes of its value. Only N and F (the source stands, the instrument works) enter averages, so
 * every other letter is bad; its value is kept. @see HJ 212-2017 table 8
 */
const statusByFlag: Readonly<Record<string, StatusCode>> = {
  N: statusCodes.good,
  F: statusCodes.good,
  M: statusCodes.badOutOfService,
  C: statusCodes.badOutOfService,
  S: statusCodes.bad,
  T: statusCodes.badOutOfRange,
  D: statusCodes.badDeviceFailure,
  B: statusCodes.badNoCommunication,
};

/** What one upload became, or why it is refused as a whole. */
export type Upload =
  | {
      readonly readings: readonly Reading[];
      readonly refusals: readonly Refusal[];
      readonly unmapped: number;
    }
  | { readonly reason: string; readonly message: string };

interface Point {
  readonly tag: Tag;
  readonly normalise: Normalise;
}

export const isUpload = ({ ST, CN }: Frame): boolean =>
  ST !== SYSTEM_INTERACTION && CN !== undefined && uploadCommands.has(CN);

/** Status of a value by its flag: good where the device sends none, uncertain where the letter is not the standard's. */
export function statusOfFlag(flag: string | undefined): StatusCode {
  if (flag === undefined || flag === '') return statusCodes.good;
  return statusByFlag[flag.toUpperCase()] ?? statusCodes.uncertain;
}

/**
 * Turns uploads into readings of the tags whose address is `MN/CN/factor-suffix`. Without a CN it is real-time data:
 * minute, hour and day data share their suffixes, and are values of different kinds.
 */
export class UploadMapping {
  readonly #source: string;
  readonly #points: ReadonlyMap<string, Point>;
  /** Time of the split upload in hand, by MN: a later part may come without its own. */
  readonly #split = new Map<string, { readonly key: string; readonly timeMs: number }>();
  readonly stations: ReadonlySet<string>;

  constructor(source: string, tags: readonly Tag[]) {
    this.#source = source;
    this.#points = new Map(tags.map((tag) => [keyOf(tag.address), { tag, normalise: normaliserOf(tag) }]));
    this.stations = new Set(tags.map((tag) => tag.address.slice(0, tag.address.indexOf('/'))));
  }

  map(frame: Frame): Upload {
    const { MN } = frame;
    if (MN === undefined || !this.stations.has(MN))
      return {
        reason: 'unknown-station',
        message: `No tag of this source is of the station ${MN ?? '(none)'}`,
      };
    const { items, params } = parseItems(frame.cp);
    const timeMs = this.#timeOf(frame, MN, params.DataTime);
    if (timeMs === undefined) {
      const message = `DataTime must be YYYYMMDDhhmmss, found ${params.DataTime ?? 'none'}`;
      return { reason: 'time-malformed', message };
    }
    const common = { timeMs, timeNs: 0, origin: frame.RF === '1' ? 'history' : 'live' } as const;
    const readings: Reading[] = [];
    const refusals: Refusal[] = [];
    let unmapped = 0;
    for (const { factor, suffix, text, status } of valuesOf(items)) {
      const where = `${MN}/${frame.CN}/${factor}-${suffix}`;
      const point = this.#points.get(keyOf(where));
      if (point === undefined) {
        // A flag is read for its values, whether or not it has a tag of its own.
        if (!isFlag(suffix)) unmapped++;
        continue;
      }
      const { id: tag, definition } = point.tag;
      const result = point.normalise(rawOf(text, definition.kind, status), status);
      if ('reason' in result) refusals.push({ ...result, from: this.#source, where, payload: text, tag });
      else readings.push({ tag, ...common, ...result });
    }
    return { readings, refusals, unmapped };
  }

  #timeOf({ QN, CN, flags }: Frame, MN: string, text: string | undefined): number | undefined {
    const key = `${QN}/${CN}`;
    const last = this.#split.get(MN);
    if (text === undefined) return flags?.split && QN && last?.key === key ? last.timeMs : undefined;
    const timeMs = parseTime(text);
    if (flags?.split && QN && timeMs !== undefined) this.#split.set(MN, { key, timeMs });
    return timeMs;
  }
}

const REALTIME = '2011';

/** The whole address. Some devices write `-flag`: the case of a suffix does not count. */
function keyOf(address: string): string {
  const [MN = '', ...rest] = address.split('/');
  const [name = '', CN = REALTIME] = rest.reverse();
  const dash = name.lastIndexOf('-');
  return `${MN}/${CN}/${name.slice(0, dash)}${name.slice(dash).toLowerCase()}`;
}

function valuesOf(items: ReturnType<typeof parseItems>['items']) {
  return Object.entries(items).flatMap(([factor, values]) => {
    const flag = Object.entries(values).find(([suffix]) => isFlag(suffix))?.[1];
    const status = statusOfFlag(flag);
    return Object.entries(values).map(([suffix, text]) =>
      // The letter itself is true whatever it says of the values.
      isFlag(suffix)
        ? { factor, suffix, text: text.toUpperCase(), status: statusCodes.good }
        : { factor, suffix, text, status },
    );
  });
}

const isFlag = (suffix: string): boolean => suffix.toLowerCase() === 'flag';

/** A decimal number, or the text as it is; nothing where an instrument that is not measuring sent no number. */
function rawOf(text: string, kind: Tag['definition']['kind'], status: StatusCode): string | number | null {
  if (text === '') return null;
  if (kind === 'text') return text;
  if (/^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(text)) return Number(text);
  return qualityOf(status) === 'bad' ? null : text;
}
