import { type CommissioningFinding, type MeterSample, median } from './commissioning.ts';

/**
 * A 32-bit counter read with its 16-bit words exchanged rises by 65,536 steps, or wraps back, where it should rise by one; with
 * the words put right, it rises smoothly.
 * @param values register readings in time order
 * @param resolution energy of one step of the counter
 */
export function checkCounterWords(
  meter: string,
  values: readonly number[],
  resolution = 1,
): CommissioningFinding | undefined {
  const raw = values.map((value) => Math.round(value / resolution));
  const isCounter = raw.every((step, index) => {
    const isWhole = Math.abs(step * resolution - (values[index] ?? 0)) <= 1e-3 * resolution;
    return isWhole && step >= 0 && step < 2 ** 32;
  });
  if (!isCounter) return undefined;
  const [asRead, asExchanged] = [largestStep(raw), largestStep(raw.map(swapCounterWords))];
  if (asRead < 65_536 || asExchanged * 1000 > asRead) return undefined;
  const evidence = `the register jumps by up to ${asRead} steps; with its two words exchanged by ${asExchanged} at most`;
  return { meter, fault: 'swapped-words', evidence };
}

/** Steps of usual counters: kWh, and tenths, hundredths and thousandths of it. */
const resolutions = [1, 0.1, 0.01, 0.001];

/** {@link checkCounterWords} at the step of the counter, whichever of the usual ones it is. */
export function checkAnyCounterWords(
  meter: string,
  values: readonly number[],
): CommissioningFinding | undefined {
  for (const resolution of resolutions) {
    const finding = checkCounterWords(meter, values, resolution);
    if (finding) return finding;
  }
  return undefined;
}

/** Exchanges the two 16-bit words of an unsigned 32-bit number. */
export const swapCounterWords = (value: number): number =>
  (value % 65_536) * 65_536 + Math.floor(value / 65_536);

function largestStep(values: readonly number[]): number {
  let largest = 0;
  for (let i = 1; i < values.length; i++)
    largest = Math.max(largest, Math.abs((values[i] ?? 0) - (values[i - 1] ?? 0)));
  return largest;
}

/**
 * A 32-bit float read with its words exchanged: nearly every value lies out of all proportion, and within the believable
 * range once they are put right.
 * @param believable magnitudes that the quantity can have, other than 0
 */
export function checkFloatWords(
  meter: string,
  values: readonly number[],
  believable: { readonly least: number; readonly most: number },
): CommissioningFinding | undefined {
  const moving = values.filter((value) => value !== 0);
  if (moving.length === 0) return undefined;
  const shareOf = (candidates: readonly number[]): number =>
    candidates.filter((value) => Math.abs(value) >= believable.least && Math.abs(value) <= believable.most)
      .length / candidates.length;
  const exchanged = moving.map(swapFloatWords);
  if (shareOf(moving) > 0.2 || shareOf(exchanged) < 0.9) return undefined;
  const evidence = `the value reads ${median(moving)}; with its two words exchanged ${median(exchanged)}`;
  return { meter, fault: 'swapped-words', evidence };
}

/** Powers of a plant, kW. */
const believableKw = { least: 1e-3, most: 1e6 } as const;
/** Decades that the powers of one day never span; floats with exchanged words, whose low bits pose as exponents, do. */
const MOST_DECADES = 15;

/** Active powers that were read with their words exchanged, whether as they were read or averaged since. */
export function checkPowerWords(
  meter: string,
  samples: readonly MeterSample[],
): CommissioningFinding | undefined {
  const powers = samples.flatMap(({ activePowerKw }) => (activePowerKw === undefined ? [] : [activePowerKw]));
  const exact = checkFloatWords(meter, powers, believableKw);
  if (exact) return exact;
  const decades = powers.filter((power) => power !== 0).map((power) => Math.log10(Math.abs(power)));
  const least = decades.reduce((a, b) => Math.min(a, b), decades[0] ?? 0);
  const most = decades.reduce((a, b) => Math.max(a, b), decades[0] ?? 0);
  if (most - least < MOST_DECADES) return undefined;
  const evidence = `the power reads from 1e${Math.round(least)} to 1e${Math.round(most)} kW within a day`;
  return { meter, fault: 'swapped-words', evidence };
}

/** Exchanges the two 16-bit words of a 32-bit float. */
export function swapFloatWords(value: number): number {
  const view = new DataView(new ArrayBuffer(4));
  view.setFloat32(0, value);
  const [high, low] = [view.getUint16(0), view.getUint16(2)];
  view.setUint16(0, low);
  view.setUint16(2, high);
  return view.getFloat32(0);
}
