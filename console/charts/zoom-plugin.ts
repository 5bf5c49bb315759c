import type uPlot from 'uplot';
import type { TimeWindow } from '../../model/window.ts';

const MIN_SPAN_MS = 10_000;

/** Drag or wheel zooms, Shift+drag pans, and so do the keys: the span asked for goes to `onZoom`. */
export function zoomPlugin(span: TimeWindow, onZoom: (span: TimeWindow) => void): uPlot.Plugin {
  return {
    hooks: {
      ready: (plot: uPlot) => {
        panWithShift(plot, span, onZoom);
        zoomWithWheel(plot, span, onZoom);
        moveWithKeys(plot, span, onZoom);
      },
      setSelect: (plot: uPlot) => {
        const { left, width } = plot.select;
        if (width < 5) return;
        const at = (x: number): number => plot.posToVal(x, 'x') * 1000;
        ask(onZoom, at(left), at(left + width));
      },
    },
  };
}

function ask(onZoom: (span: TimeWindow) => void, startMs: number, endMs: number): void {
  if (endMs - startMs >= MIN_SPAN_MS) onZoom({ startMs: Math.round(startMs), endMs: Math.round(endMs) });
}

function panWithShift(plot: uPlot, span: TimeWindow, onZoom: (span: TimeWindow) => void): void {
  plot.over.addEventListener(
    'mousedown',
    (down) => {
      if (!down.shiftKey) return;
      down.stopImmediatePropagation();
      down.preventDefault();
      const width = plot.over.clientWidth;
      const shiftOf = (event: MouseEvent): number =>
        ((down.clientX - event.clientX) / width) * (span.endMs - span.startMs);
      const onMove = (event: MouseEvent): void => {
        plot.over.style.transform = `translateX(${event.clientX - down.clientX}px)`;
      };
      const onUp = (event: MouseEvent): void => {
        document.removeEventListener('mousemove', onMove);
        plot.over.style.transform = '';
        const shift = shiftOf(event);
        if (Math.abs(event.clientX - down.clientX) > 4) ask(onZoom, span.startMs + shift, span.endMs + shift);
      };
      document.addEventListener('mousemove', onMove);
      document.addEventListener('mouseup', onUp, { once: true });
    },
    true,
  );
}

function zoomWithWheel(plot: uPlot, span: TimeWindow, onZoom: (span: TimeWindow) => void): void {
  plot.over.addEventListener(
    'wheel',
    (event) => {
      // The page itself scrolls with the wheel; zooming takes Ctrl, as maps and editors do.
      if (!event.ctrlKey && !event.metaKey) return;
      event.preventDefault();
      const share = event.offsetX / plot.over.clientWidth;
      zoomAround(span, share, event.deltaY > 0 ? 1.5 : 1 / 1.5, onZoom);
    },
    { passive: false },
  );
}

function zoomAround(
  span: TimeWindow,
  share: number,
  factor: number,
  onZoom: (span: TimeWindow) => void,
): void {
  const length = span.endMs - span.startMs;
  const startMs = span.startMs + length * share * (1 - factor);
  ask(onZoom, startMs, startMs + length * factor);
}

function moveWithKeys(plot: uPlot, span: TimeWindow, onZoom: (span: TimeWindow) => void): void {
  const step = (span.endMs - span.startMs) / 4;
  const actions: Readonly<Record<string, () => void>> = {
    ArrowLeft: () => ask(onZoom, span.startMs - step, span.endMs - step),
    ArrowRight: () => ask(onZoom, span.startMs + step, span.endMs + step),
    '+': () => zoomAround(span, 0.5, 1 / 1.5, onZoom),
    '=': () => zoomAround(span, 0.5, 1 / 1.5, onZoom),
    '-': () => zoomAround(span, 0.5, 1.5, onZoom),
  };
  plot.root.parentElement?.addEventListener('keydown', (event) => {
    const action = actions[event.key];
    if (!action || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    action();
  });
}
