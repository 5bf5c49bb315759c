import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { StreamDetector } from '../../scenarios/equipment/stream/stream-detector.ts';
import {
  bestThreshold,
  type LabelWindow,
  normalisedScore,
  type ScoredStream,
  type StreamScore,
  streamScore,
} from './nab-score.ts';
import { csvRows } from './run-analyse.ts';

export interface NabStream extends ScoredStream {
  readonly values: readonly number[];
}

export function scoresOf(values: readonly number[]): number[] {
  const detector = new StreamDetector();
  return values.map((value) => detector.push(value));
}

export function readStreams(folder: string): NabStream[] {
  const labels = JSON.parse(readFileSync(join(folder, 'windows.json'), 'utf8')) as Record<string, string[][]>;
  return Object.entries(labels).map(([name, spans]) => {
    const rows = csvRows(readFileSync(join(folder, `${name}.csv`), 'utf8'));
    const times = rows.map(([time = '']) => time.slice(0, 19));
    const at = (label = ''): number => times.findIndex((time) => time >= label.slice(0, 19));
    const windows = spans.map(([first, last]): LabelWindow => [at(first), at(last)]);
    const values = rows.map(([, value]) => Number(value));
    return { name, values, windows, scores: scoresOf(values) };
  });
}

export interface LeftOut extends StreamScore {
  readonly stream: NabStream;
  readonly threshold: number;
}

/** Each stream at the threshold chosen on the others. */
export function leaveOneOut(streams: readonly NabStream[]): LeftOut[] {
  return streams.map((stream) => {
    const threshold = bestThreshold(streams.filter((other) => other !== stream));
    return { stream, threshold, ...streamScore(stream, threshold) };
  });
}

export function nabScore(results: readonly LeftOut[]): number {
  const windows = results.reduce((sum, { stream }) => sum + stream.windows.length, 0);
  return normalisedScore(
    results.reduce((sum, { score }) => sum + score, 0),
    windows,
  );
}

export function nabSection(results: readonly LeftOut[]): string {
  return `## NAB streams

Method: distance outside the range seen at the same phase of earlier seasons (inferred), else lately; only novel peaks score. NAB's
scoring rules, standard profile; the threshold of each stream is chosen on the other two.

| stream | threshold | windows found | false alarms | raw score |
|---|---|---|---|---|
${results.map((r) => `| ${r.stream.name} | ${r.threshold.toFixed(3)} | ${r.found} of ${r.stream.windows.length} | ${r.falseAlarms} | ${r.score.toFixed(3)} |`).join('\n')}

Normalised score: **${nabScore(results).toFixed(1)}** (0 finds nothing, 100 is perfect). Missed windows: ${missed(results)}.
`;
}

function missed(results: readonly LeftOut[]): string {
  const lines = results
    .filter(({ found, stream }) => found < stream.windows.length)
    .map(({ found, stream }) => `${stream.windows.length - found} in ${stream.name}`);
  return lines.length === 0 ? 'none' : lines.join(', ');
}
