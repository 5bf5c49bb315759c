/** NAB's scoring, standard profile. @see docs/conformance.md; Lavin and Ahmad, "Evaluating real-time anomaly detection algorithms" (2015) */
export const FALSE_POSITIVE_WEIGHT = 0.11;
const MISSED_WEIGHT = 1;

/** First and last row of a labelled window, both inside. */
export type LabelWindow = readonly [first: number, last: number];

export interface ScoredStream {
  readonly name: string;
  readonly scores: readonly number[];
  readonly windows: readonly LabelWindow[];
}

/** Scaled sigmoid of a relative position: positive inside a window, -1 far behind it. */
export function sigmoid(position: number): number {
  return position > 3 ? -1 : 2 / (1 + Math.exp(5 * position)) - 1;
}

export const probationRows = (rows: number): number => Math.min(Math.floor(0.15 * rows), 750);

export interface StreamScore {
  readonly score: number;
  readonly found: number;
  readonly falseAlarms: number;
}

/** Raw score at a threshold: the earliest detection of each window, false alarms by their distance behind one, misses. */
export function streamScore({ scores, windows }: ScoredStream, threshold: number): StreamScore {
  const found = new Set<LabelWindow>();
  let score = 0;
  let falseAlarms = 0;
  for (let row = probationRows(scores.length); row < scores.length; row++) {
    if ((scores[row] as number) < threshold) continue;
    const inside = windows.find(([first, last]) => first <= row && row <= last);
    if (inside === undefined) {
      falseAlarms++;
      score += FALSE_POSITIVE_WEIGHT * behind(row, windows);
    } else if (!found.has(inside)) {
      found.add(inside);
      const [first, last] = inside;
      score += sigmoid(-(last - row + 1) / (last - first + 1)) / sigmoid(-1);
    }
  }
  return { score: score - MISSED_WEIGHT * (windows.length - found.size), found: found.size, falseAlarms };
}

function behind(row: number, windows: readonly LabelWindow[]): number {
  const before = windows.filter(([, last]) => last < row).at(-1);
  if (!before) return -1;
  const [first, last] = before;
  return sigmoid((row - last) / (last - first));
}

/** 0 of a detector that finds nothing, 100 of a perfect one. */
export function normalisedScore(rawScore: number, windows: number): number {
  const nothing = -MISSED_WEIGHT * windows;
  return (100 * (rawScore - nothing)) / (windows - nothing);
}

/** The threshold with the best sum over some streams; of a plateau its middle. Candidates are those streams' own scores. */
export function bestThreshold(streams: readonly ScoredStream[]): number {
  const candidates = [
    ...new Set(streams.flatMap(({ scores, windows }) => highest(scores, 40 * (1 + windows.length)))),
  ].sort((a, b) => a - b);
  const sums = candidates.map((threshold) =>
    streams.reduce((sum, stream) => sum + streamScore(stream, threshold).score, 0),
  );
  const best = Math.max(...sums);
  const plateau = candidates.filter((_, i) => sums[i] === best);
  return plateau[plateau.length >> 1] as number;
}

const highest = (scores: readonly number[], count: number): number[] =>
  scores
    .filter((score) => score > 0)
    .sort((a, b) => b - a)
    .slice(0, count);
