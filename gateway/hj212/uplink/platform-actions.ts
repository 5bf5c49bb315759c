import type { Clock } from '../../../model/clock.ts';
import type { FigurePeriod } from '../../../model/outlet-figures.ts';
import { minuteMs } from '../../../model/window.ts';
import { type ExeRtn, exeRtn } from '../protocol/codes.ts';
import type { SiteActions } from '../protocol/site-commands.ts';
import type { SiteLink } from '../protocol/site-link.ts';
import { type LongMessages, uploadMessage } from '../protocol/upload-message.ts';
import type { FigureSource } from './lane.ts';
import { type Intervals, settleMs, windowAt } from './periods.ts';
import { type RecordTo, recordOf } from './record.ts';
import type { PlatformSettings } from './state.ts';
import type { UplinkStation } from './stations.ts';

export interface PlatformActionsOptions {
  readonly stations: readonly UplinkStation[];
  readonly figures: FigureSource;
  readonly clock: Clock;
  readonly link: SiteLink;
  readonly to: RecordTo;
  readonly long: LongMessages;
  readonly nextQN: () => string;
  readonly intervals: () => Intervals;
  readonly settings: () => PlatformSettings;
  readonly save: (settings: PlatformSettings) => Promise<void>;
  /** Told how far the platform's clock is ahead. */
  readonly onClock: (skewMs: number) => void;
}

/** This machine's clock is its operator's: a time to be set is taken as done where it is right to this. */
const CLOCK_TOLERANCE_MS = minuteMs;
/** Minute data divide the hour. */
const minuteLengths: ReadonlySet<number> = new Set([1, 2, 3, 4, 5, 6, 10, 12, 15, 20, 30]);
const MAX_REALTIME_S = 3600;
/** Periods one request may ask for: ten days of one-minute data. */
const MAX_PERIODS = 14_400;

/** What a platform may do: everything but setting this machine's clock and its own password, which are the operator's. */
export function platformActions(options: PlatformActionsOptions): SiteActions {
  const { stations, clock, to, link, intervals, settings, save, onClock } = options;
  const stationOf = (MN: string) => stations.find((station) => station.MN === MN);
  return {
    systemOf: (MN) => stationOf(MN)?.ST,
    isPassword: (PW) => PW === to.PW,
    nowMs: () => clock.nowMs(),
    setTime: (timeMs) => {
      const skewMs = timeMs - clock.nowMs();
      onClock(skewMs);
      return Math.abs(skewMs) <= CLOCK_TOLERANCE_MS ? exeRtn.ok : exeRtn.badCondition;
    },
    setPatience: async (overTimeS, reCount) => {
      link.setPatience(overTimeS * 1000, reCount);
      await save({ ...settings(), overTimeS, reCount });
      return exeRtn.ok;
    },
    intervals,
    setInterval: async (kind, value) => {
      if (kind === 'realtime' ? value > MAX_REALTIME_S : !minuteLengths.has(value))
        return exeRtn.badCondition;
      await save({ ...settings(), [kind === 'realtime' ? 'realtimeS' : 'minuteMin']: value });
      return exeRtn.ok;
    },
    realtime: async (MN, isOn) => {
      const others = (settings().stopped ?? []).filter((one) => one !== MN);
      await save({ ...settings(), stopped: isOn ? others : [...others, MN] });
    },
    history: (MN, period, beginMs, endMs) => sendHistory(options, stationOf(MN), period, beginMs, endMs),
  };
}

async function sendHistory(
  { figures, clock, link, to, long, nextQN, intervals }: PlatformActionsOptions,
  station: UplinkStation | undefined,
  period: FigurePeriod,
  beginMs: number,
  endMs: number,
): Promise<ExeRtn> {
  if (station === undefined) return exeRtn.failed;
  let window = windowAt(period, beginMs, intervals());
  // The window that holds the beginning counts only where it begins there.
  if (window.startMs < beginMs) window = windowAt(period, window.endMs, intervals());
  let sent = 0;
  for (let count = 0; window.startMs <= endMs && isOver(window.endMs, period, clock); count++) {
    if (count >= MAX_PERIODS) return exeRtn.badCondition;
    const known = await figures.figures(station.asset, period, window);
    const message = known && recordOf(station, period, window, known, to);
    if (message) {
      const outcome = await uploadMessage(link, message, nextQN, long);
      if (outcome.kind !== 'acknowledged') return exeRtn.failed;
      sent += 1;
    }
    window = windowAt(period, window.endMs, intervals());
  }
  return sent > 0 ? exeRtn.ok : exeRtn.noData;
}

const isOver = (endMs: number, period: FigurePeriod, clock: Clock): boolean =>
  endMs + settleMs[period] <= clock.nowMs();
