import type { FigurePeriod, OutletFigures, QuantityFigures } from '../../../model/outlet-figures.ts';
import type { TimeWindow } from '../../../model/window.ts';
import type { FrameToWrite } from '../protocol/encode.ts';
import { codeIn } from '../protocol/factors.ts';
import { type Edition, flagText } from '../protocol/flag.ts';
import { writeItems } from '../protocol/items.ts';
import { formatHalfEven } from '../protocol/rounding.ts';
import { formatTime } from '../protocol/time.ts';
import { commandOf, dataTimeOf } from './periods.ts';
import type { SentFactor, UplinkStation } from './stations.ts';

/** Totals are kilograms or cubic metres. */
const TOTAL_DECIMALS = 3;

export interface RecordTo {
  readonly edition: Edition;
  readonly PW: string;
  readonly needsAck: boolean;
}

/** The upload of one station and period, without its QN; undefined where there is nothing to tell. */
export function recordOf(
  station: UplinkStation,
  period: FigurePeriod,
  window: TimeWindow,
  figures: OutletFigures,
  { edition, PW, needsAck }: RecordTo,
): FrameToWrite | undefined {
  const groups = station.factors.flatMap((factor) => {
    const own = figures[factor.quantity];
    return own === undefined ? [] : [[codeIn(edition, factor.code), valuesOf(factor, period, own)] as const];
  });
  if (groups.length === 0) return undefined;
  return {
    ...{ ST: station.ST, CN: commandOf[period], PW, MN: station.MN },
    Flag: flagText({ version: edition, split: false, needsAck }),
    cp: writeItems({ DataTime: formatTime(dataTimeOf(period, window)) }, Object.fromEntries(groups)),
  };
}

function valuesOf(
  { convert, decimals }: SentFactor,
  period: FigurePeriod,
  figures: QuantityFigures,
): Record<string, string> {
  const values: Record<string, string> = {};
  const put = (suffix: string, value: number | undefined, write: (value: number) => string) => {
    if (value !== undefined && Number.isFinite(value)) values[suffix] = write(value);
  };
  const number = (value: number) => formatHalfEven(convert(value), decimals);
  const { mean, min, max, corrected, total } = figures;
  if (period === 'realtime') {
    put('Rtd', mean, number);
    put('ZsRtd', corrected?.mean, number);
  } else {
    put('Cou', total, (value) => formatHalfEven(value, TOTAL_DECIMALS));
    put('Min', min, number);
    put('Avg', mean, number);
    put('Max', max, number);
    put('ZsMin', corrected?.min, number);
    put('ZsAvg', corrected?.mean, number);
    put('ZsMax', corrected?.max, number);
  }
  values.Flag = figures.flag;
  return values;
}
