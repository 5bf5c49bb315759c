import type { TimeWindow } from '../model/window.ts';
import { type Cell, gained, mergeCells, type Sample } from './cell.ts';
import type { Aggregate, AggregatePoint } from './time-series-store.ts';
import { type WindowRun, windowAt } from './window-run.ts';

/** A cell of a whole window. */
export interface WindowCell extends TimeWindow {
  readonly cell: Cell;
}

export interface AggregateContext {
  readonly aggregate: Aggregate;
  readonly span: TimeWindow;
  /** Last usable number before the span; only `increase` and `time-weighted-mean` look at it. */
  readonly before: Sample | undefined;
  readonly nowMs: number;
}

/** Merges ascending cells, none of which crosses a window's edge, into one a window. */
export function cellsByWindow(cells: Iterable<Cell>, runs: readonly WindowRun[]): WindowCell[] {
  const merged: WindowCell[] = [];
  for (const cell of cells) {
    const current = merged.at(-1);
    if (current !== undefined && cell.firstMs < current.endMs) {
      merged[merged.length - 1] = { ...current, cell: mergeCells(current.cell, cell) };
      continue;
    }
    const window = windowAt(runs, cell.firstMs);
    if (window !== undefined) merged.push({ ...window, cell });
  }
  return merged;
}

/** The points of one series from the cells of its windows, ascending. */
export function aggregatePoints(cells: readonly WindowCell[], context: AggregateContext): AggregatePoint[] {
  if (context.aggregate === 'minmax') return cells.flatMap(({ cell }) => extremes(cell));
  let before = context.before;
  return cells.map((window) => {
    const value = pointValue(window, before, context);
    before = { timeMs: window.cell.lastMs, value: window.cell.last };
    return { timeMs: window.startMs, value, count: window.cell.count };
  });
}

function extremes({ min, minMs, max, maxMs, count }: Cell): AggregatePoint[] {
  const low = { timeMs: Math.floor(minMs), value: min, count };
  if (minMs === maxMs) return [low];
  const high = { timeMs: Math.floor(maxMs), value: max, count };
  return minMs < maxMs ? [low, high] : [high, low];
}

function pointValue(window: WindowCell, before: Sample | undefined, context: AggregateContext): number {
  const { cell } = window;
  switch (context.aggregate) {
    case 'mean':
      return cell.sum / cell.count;
    case 'increase':
      return cell.gain + (before === undefined ? 0 : gained(before.value, cell.first));
    case 'time-weighted-mean':
      return timeWeightedMean(window, before, context);
    case 'minmax':
      return cell.max;
    default:
      return cell[context.aggregate];
  }
}

function timeWeightedMean(
  { startMs, endMs, cell }: WindowCell,
  before: Sample | undefined,
  { span, nowMs }: AggregateContext,
): number {
  const fromMs = before === undefined ? cell.firstMs : Math.max(startMs, span.startMs);
  const toMs = Math.max(cell.lastMs, Math.min(endMs, span.endMs, nowMs));
  if (toMs === fromMs) return cell.last;
  const lead = before === undefined ? 0 : before.value * (cell.firstMs - fromMs);
  return (lead + cell.area + cell.last * (toMs - cell.lastMs)) / (toMs - fromMs);
}
