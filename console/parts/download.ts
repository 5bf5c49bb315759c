import { h } from '../app/dom.ts';

/** A comma-separated file: UTF-8 with a byte order mark, so that spreadsheets read Chinese; blank = missing. */
export function downloadCsv(
  name: string,
  columns: readonly string[],
  rows: Iterable<readonly unknown[]>,
): void {
  const lines = [columns, ...rows].map((row) => [...row].map(cellText).join(','));
  save(name, new Blob([`\ufeff${lines.join('\r\n')}\r\n`], { type: 'text/csv;charset=utf-8' }));
}

function cellText(cell: unknown): string {
  if (cell === null || cell === undefined) return '';
  const text = String(cell);
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

/** Several canvases below one another, on the page's ground. */
export function downloadPng(name: string, canvases: readonly HTMLCanvasElement[], ground: string): void {
  const width = Math.max(1, ...canvases.map((canvas) => canvas.width));
  const height = canvases.reduce((sum, canvas) => sum + canvas.height, 0);
  const sheet = h('canvas', { width, height });
  const context = sheet.getContext('2d');
  if (!context) return;
  context.fillStyle = ground;
  context.fillRect(0, 0, width, height);
  let top = 0;
  for (const canvas of canvases) {
    context.drawImage(canvas, 0, top);
    top += canvas.height;
  }
  sheet.toBlob((blob) => blob && save(name, blob), 'image/png');
}

function save(name: string, blob: Blob): void {
  const url = URL.createObjectURL(blob);
  h('a', { href: url, download: name }).click();
  URL.revokeObjectURL(url);
}
