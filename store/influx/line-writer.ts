import type { Reading } from '../../model/reading.ts';
import { statusCodes } from '../../model/status.ts';
import { fieldValue, readingLine } from './line-protocol.ts';

const FIRST_BYTES = 64 * 1024;
/** `-2147483.647 1767225600000000000` and the line break, with room. */
const MOST_PLAIN_BYTES = 64;
/** A character takes at most three bytes in UTF-8 (a pair of surrogates four). */
const BYTES_A_CHARACTER = 3;
const TIME_DIGITS = 19;
const MOST_SCALED = 2 ** 31 - 1;
/** The milliseconds that have 13 digits: 2001 to 2286. */
const FIRST_13_DIGITS_MS = 1e12;
const PAST_13_DIGITS_MS = 1e13;

const [ZERO, MINUS, DOT, BLANK, LINE_BREAK] = [0x30, 0x2d, 0x2e, 0x20, 0x0a];

/** What the lines of one series begin with. */
export class LinePrefix {
  /** As of `linePrefix`. */
  readonly text: string;
  /** The same up to a number's first digit. */
  readonly ofNumbers: Uint8Array;

  constructor(text: string) {
    this.text = text;
    this.ofNumbers = Buffer.from(`${text}value=`);
  }
}

/**
 * The lines of one request, written as bytes into a buffer that is used again. Good live numbers of few decimals, which
 * nearly all readings are, are written digit by digit: no text of a line, a value or a time is made, which took half of
 * the adapter's time. All others go through `readingLine`; both ways give the same bytes.
 */
export class LineWriter {
  #bytes = Buffer.allocUnsafe(FIRST_BYTES);
  #end = 0;
  /** Time written last and where: readings that come together mostly share it. */
  #timeMs = -1;
  #timeAt = 0;

  clear(): void {
    this.#end = 0;
    this.#timeMs = -1;
  }

  /** UTF-8; only until the next `clear`. */
  bytes(): Uint8Array {
    return this.#bytes.subarray(0, this.#end);
  }

  line(text: string): void {
    this.#reserve(text.length * BYTES_A_CHARACTER + 1);
    if (this.#end > 0) this.#bytes[this.#end++] = LINE_BREAK;
    this.#end += this.#bytes.write(text, this.#end);
  }

  /** @param complete the reading may replace another: all its fields are told */
  reading(prefix: LinePrefix, reading: Reading, complete: boolean): void {
    const { value, timeMs } = reading;
    if (!complete && isGoodLive(reading) && typeof value === 'number') this.number(prefix, value, timeMs);
    else this.line(readingLine(prefix.text, reading, complete));
  }

  /** A good live reading at a whole millisecond that replaces none. */
  number(prefix: LinePrefix, value: number, timeMs: number): void {
    const has13Digits = timeMs >= FIRST_13_DIGITS_MS && timeMs < PAST_13_DIGITS_MS;
    const scaled = has13Digits ? thousandths(value) : undefined;
    if (scaled === undefined) this.line(`${prefix.text}value=${fieldValue(value)} ${timeMs}000000`);
    else this.#plain(prefix.ofNumbers, scaled, timeMs);
  }

  #plain(prefix: Uint8Array, scaled: number, timeMs: number): void {
    this.#reserve(prefix.length + MOST_PLAIN_BYTES);
    if (this.#end > 0) this.#bytes[this.#end++] = LINE_BREAK;
    this.#bytes.set(prefix, this.#end);
    this.#end += prefix.length;
    this.#thousandths(scaled);
    this.#bytes[this.#end++] = BLANK;
    this.#time(timeMs);
  }

  #thousandths(scaled: number): void {
    if (scaled < 0) this.#bytes[this.#end++] = MINUS;
    const positive = Math.abs(scaled);
    const whole = Math.floor(positive / 1000);
    this.#digits(whole, digitsOf(whole));
    let fraction = positive - whole * 1000;
    if (fraction === 0) return;
    let places = 3;
    for (; fraction % 10 === 0; fraction /= 10) places--;
    this.#bytes[this.#end++] = DOT;
    this.#digits(fraction, places);
  }

  #time(timeMs: number): void {
    const start = this.#end;
    if (timeMs === this.#timeMs) {
      this.#bytes.copyWithin(start, this.#timeAt, this.#timeAt + TIME_DIGITS);
      this.#end += TIME_DIGITS;
    } else {
      const high = Math.floor(timeMs / 1e6);
      this.#digits(high, 7);
      this.#digits(timeMs - high * 1e6, 6);
      this.#digits(0, 6);
    }
    this.#timeMs = timeMs;
    this.#timeAt = start;
  }

  /** @param number whole, below 2^31 */
  #digits(number: number, count: number): void {
    let rest = number | 0;
    for (let at = this.#end + count - 1; at >= this.#end; at--) {
      const shorter = (rest / 10) | 0;
      this.#bytes[at] = ZERO + rest - shorter * 10;
      rest = shorter;
    }
    this.#end += count;
  }

  #reserve(bytes: number): void {
    if (this.#end + bytes <= this.#bytes.length) return;
    const larger = Buffer.allocUnsafe(Math.max(2 * this.#bytes.length, this.#end + bytes));
    this.#bytes.copy(larger, 0, 0, this.#end);
    this.#bytes = larger;
  }
}

/** In whole milliseconds too. */
function isGoodLive({ status, origin, timeNs }: Reading): boolean {
  return status === statusCodes.good && origin === 'live' && timeNs === 0;
}

/**
 * A number as thousandths, where it has no more decimals and is not large. The division is rounded as reading the decimal
 * text would be, so equality proves that the text gives this very number; it has at most ten digits, and no two
 * decimals of up to 15 digits mean one double, so it is also the shortest.
 */
function thousandths(value: number): number | undefined {
  const scaled = Math.round(value * 1000);
  return Math.abs(scaled) <= MOST_SCALED && scaled / 1000 === value ? scaled : undefined;
}

function digitsOf(whole: number): number {
  let count = 1;
  for (let limit = 10; whole >= limit; limit *= 10) count++;
  return count;
}
