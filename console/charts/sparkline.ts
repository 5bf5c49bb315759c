import { h, svg } from '../app/dom.ts';

export interface SparkPoint {
  readonly timeMs: number;
  readonly value: number;
}

export interface SparklineOptions {
  readonly startMs: number;
  readonly endMs: number;
  readonly width?: number;
  readonly height?: number;
  /** Longer silences break the line. */
  readonly gapMs: number;
  readonly label: string;
  readonly limit?: number;
  readonly isFilled?: boolean;
}

/** A small trend without axes: shape only, the numbers stand beside it. */
export function sparkline(points: readonly SparkPoint[], options: SparklineOptions): HTMLElement {
  const { width = 96, height = 22, label, limit } = options;
  const host = h('span', { class: 'spark', role: 'img', 'aria-label': label });
  const frame = {
    class: 'spark-svg',
    viewBox: `0 0 ${width} ${height}`,
    preserveAspectRatio: 'none',
    'aria-hidden': 'true',
  };
  if (points.length === 0) {
    host.append(
      svg(
        'svg',
        frame,
        svg('line', { class: 'spark-none', x1: 0, x2: width, y1: height / 2, y2: height / 2 }),
      ),
    );
    return host;
  }
  const place = placing(points, options, width, height);
  const { line, area } = pathsOf(points, place, options.gapMs, height);
  host.append(
    svg(
      'svg',
      frame,
      options.isFilled && svg('path', { class: 'spark-area', d: area }),
      svg('path', { class: 'spark-line', d: line }),
      limit !== undefined &&
        svg('line', { class: 'spark-limit', x1: 0, x2: width, y1: place.y(limit), y2: place.y(limit) }),
    ),
  );
  return host;
}

interface Placing {
  x(timeMs: number): number;
  y(value: number): number;
}

function placing(
  points: readonly SparkPoint[],
  { startMs, endMs, limit }: SparklineOptions,
  width: number,
  height: number,
): Placing {
  let [low, high] = [limit ?? Number.POSITIVE_INFINITY, limit ?? Number.NEGATIVE_INFINITY];
  for (const { value } of points) {
    low = Math.min(low, value);
    high = Math.max(high, value);
  }
  // A steady value is drawn in the middle, and noise far below the reading's size stays small.
  const least = Math.max(Math.abs(high), Math.abs(low)) * 0.01 || 1;
  const middle = (low + high) / 2;
  const spread = Math.max(high - low, least);
  return {
    x: (timeMs) => round(((timeMs - startMs) / (endMs - startMs)) * width),
    y: (value) => round(height / 2 - ((value - middle) / spread) * (height - 4)),
  };
}

function pathsOf(points: readonly SparkPoint[], { x, y }: Placing, gapMs: number, height: number) {
  let line = '';
  let area = '';
  let last: SparkPoint | undefined;
  for (const point of points) {
    const isBreak = !last || point.timeMs - last.timeMs > gapMs;
    const spot = `${x(point.timeMs)} ${y(point.value)}`;
    if (isBreak && last) area += `L${x(last.timeMs)} ${height}Z`;
    // A lone point gets a dash's length, else it would not be drawn.
    line += isBreak ? `M${spot}h.6` : `L${spot}`;
    area += isBreak ? `M${x(point.timeMs)} ${height}L${spot}` : `L${spot}`;
    last = point;
  }
  if (last) area += `L${x(last.timeMs)} ${height}Z`;
  return { line, area };
}

const round = (value: number): number => Math.round(value * 10) / 10;
