import type { EmissionReport, ReportRow, ReportTable } from './report.ts';

const STYLE = `
body{margin:2rem auto;max-width:72rem;padding:0 1rem;font:13px/1.45 system-ui,"Noto Sans CJK SC","Microsoft YaHei",sans-serif;color:#1d2226;background:#fff}
h1{font-size:1.5rem;margin:0}h2{font-size:1.1rem;margin:1.6rem 0 .2rem}p{margin:.2rem 0 .6rem;color:#4b535a}
.scroll{overflow-x:auto}table{border-collapse:collapse;width:100%}th,td{border:1px solid #c5cace;padding:.25rem .45rem;text-align:left}
th{background:#eef0f2}td.n{text-align:right;font-variant-numeric:tabular-nums}
@media print{body{margin:0;max-width:none}h2{break-after:avoid}tr{break-inside:avoid}thead{display:table-header-group}@page{size:A4 landscape;margin:12mm}}`;

/** The report as one page that prints well and needs nothing else. */
export function reportPage(report: EmissionReport): string {
  const { site, period, timeZone, written, isRunning, tables } = report;
  const state = isRunning ? 'The period still runs: figures so far.' : 'Whole period.';
  const title = `Emission report ${period}`;
  return `<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>${text(title)}</title><style>${STYLE}</style></head>
<body><h1>${text(title)}</h1><p>${text(site)} · ${text(timeZone)} · written ${text(written)} · ${state}</p>
${tables.length === 0 ? '<p>No figures in this period.</p>' : tables.map(section).join('\n')}</body></html>`;
}

function section({ name, note, rows }: ReportTable): string {
  const columns = [...new Set(rows.flatMap((row) => Object.keys(row)))];
  const head = columns.map((column) => `<th scope="col">${text(words(column))}</th>`).join('');
  const body = rows.map((row) => `<tr>${columns.map((column) => cell(row, column)).join('')}</tr>`).join('');
  return `<section><h2>${text(name)}</h2><p>${text(note)}</p><div class="scroll"><table><thead><tr>${head}</tr></thead><tbody>${body}</tbody></table></div></section>`;
}

function cell(row: ReportRow, column: string): string {
  const value = row[column];
  if (typeof value === 'number') return `<td class="n">${Number(value.toPrecision(4))}</td>`;
  if (typeof value === 'boolean') return `<td>${value ? 'yes' : 'no'}</td>`;
  return `<td>${text(value ?? '')}</td>`;
}

/** `validHours` as `valid hours`. */
const words = (name: string): string => name.replace(/([a-z])([A-Z])/g, '$1 $2').toLowerCase();

const text = (value: string): string =>
  value.replace(/[&<>"]/g, (one) => ({ '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' })[one] ?? one);
