import type uPlot from 'uplot';
import type { TimeWindow } from '../../model/window.ts';
import { cssColor } from '../app/theme-choice.ts';

/** A stretch of time behind the curves: a shift, a tariff period, a day. */
export interface Band extends TimeWindow {
  readonly label: string;
  readonly color: string;
}

export interface LimitLine {
  readonly value: number;
  readonly label: string;
}

export function bandPlugin(bands: readonly Band[]): uPlot.Plugin {
  return { hooks: { drawClear: (plot: uPlot) => bands.forEach((band) => void drawBand(plot, band)) } };
}

function drawBand(plot: uPlot, { startMs, endMs, color, label }: Band): void {
  const { ctx, bbox } = plot;
  const clamp = (x: number): number => Math.max(bbox.left, Math.min(bbox.left + bbox.width, x));
  const left = clamp(plot.valToPos(startMs / 1000, 'x', true));
  const right = clamp(plot.valToPos(endMs / 1000, 'x', true));
  if (right - left < 1) return;
  ctx.save();
  ctx.fillStyle = color;
  ctx.fillRect(left, bbox.top, right - left, bbox.height);
  ctx.fillStyle = cssColor('muted');
  ctx.font = `${11 * devicePixelRatio}px system-ui, "Noto Sans CJK SC", sans-serif`;
  ctx.textBaseline = 'top';
  if (ctx.measureText(label).width < right - left - 8) ctx.fillText(label, left + 4, bbox.top + 3);
  ctx.restore();
}

/** Of a band's name and a limit's, in pixels of the page. */
const ROOM_AT_TOP = 32;

export function limitPlugin(limits: readonly LimitLine[]): uPlot.Plugin {
  return { hooks: { draw: (plot: uPlot) => limits.forEach((limit) => void drawLimit(plot, limit)) } };
}

function drawLimit(plot: uPlot, { value, label }: LimitLine): void {
  const { ctx, bbox } = plot;
  const y = plot.valToPos(value, 'y', true);
  if (y < bbox.top || y > bbox.top + bbox.height) return;
  ctx.save();
  ctx.strokeStyle = cssColor('limit');
  ctx.fillStyle = cssColor('limit');
  ctx.lineWidth = devicePixelRatio;
  ctx.setLineDash([8, 4]);
  ctx.beginPath();
  ctx.moveTo(bbox.left, y);
  ctx.lineTo(bbox.left + bbox.width, y);
  ctx.stroke();
  ctx.font = `${11 * devicePixelRatio}px system-ui, "Noto Sans CJK SC", sans-serif`;
  ctx.textAlign = 'right';
  // At the top the bands have their names: there the label hangs below its line.
  const isHigh = y - bbox.top < ROOM_AT_TOP * devicePixelRatio;
  ctx.textBaseline = isHigh ? 'top' : 'bottom';
  ctx.fillText(label, bbox.left + bbox.width - 4, isHigh ? y + 3 : y - 2);
  ctx.restore();
}
