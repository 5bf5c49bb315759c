/** The times of the standard are China Standard Time, UTC+8 without summer time. */
const CHINA_STANDARD_TIME_MS = 8 * 3_600_000;

/** Epoch milliseconds of `YYYYMMDDhhmmss`; undefined where it is no such time. */
export function parseTime(text: string): number | undefined {
  const parts = /^(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)$/.exec(text);
  if (!parts) return undefined;
  const [, year, month, day, hour, minute, second] = parts;
  const iso = `${year}-${month}-${day}T${hour}:${minute}:${second}.000Z`;
  const localMs = Date.parse(iso);
  // A 31 February is moved on by the parser, not refused.
  if (Number.isNaN(localMs) || new Date(localMs).toISOString() !== iso) return undefined;
  const timeMs = localMs - CHINA_STANDARD_TIME_MS;
  // A logger that lost its clock may say 0001; times here are never negative.
  return timeMs >= 0 ? timeMs : undefined;
}

/** `YYYYMMDDhhmmss`, as DataTime, BeginTime, EndTime and SystemTime are written. */
export const formatTime = (timeMs: number): string => digitsOf(timeMs).slice(0, 14);

/** Start of the China Standard Time day that holds the instant. */
export function dayStartMs(timeMs: number): number {
  const dayMs = 86_400_000;
  const localMs = timeMs + CHINA_STANDARD_TIME_MS;
  return localMs - (((localMs % dayMs) + dayMs) % dayMs) - CHINA_STANDARD_TIME_MS;
}

function digitsOf(timeMs: number): string {
  return new Date(timeMs + CHINA_STANDARD_TIME_MS).toISOString().replace(/\D/g, '');
}

/** Request numbers `YYYYMMDDhhmmsszzz`: the time of sending, never the same twice. */
export class RequestNumbers {
  readonly #nowMs: () => number;
  #lastMs = 0;

  constructor(nowMs: () => number) {
    this.#nowMs = nowMs;
  }

  next(): string {
    this.#lastMs = Math.max(this.#nowMs(), this.#lastMs + 1);
    return digitsOf(this.#lastMs);
  }
}
