import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { Reading } from '../../../model/reading.ts';
import type { RecordingSink } from './harness.ts';

export interface FaultRow {
  readonly fault: string;
  readonly history: 'yes' | 'no' | 'not needed';
  /** From the end of the fault to the first new live reading (or to the detection, where the fault is a value). */
  readonly recoveryS: number;
  readonly expected: number;
  readonly missing: number;
  readonly duplicated: number;
  readonly note: string;
}

/**
 * Compares the numbered values of counters with the run they should form. A value that comes again with the same source
 * time and status is no duplicate: the gateway's intake drops it (test/gateway/same-time-rule.test.ts), as it does what a
 * server publishes again after a cut.
 */
export function countSamples(
  sink: RecordingSink,
  quantities: readonly string[],
): Pick<FaultRow, 'expected' | 'missing' | 'duplicated'> {
  let [expected, missing, duplicated] = [0, 0, 0];
  for (const quantity of quantities) {
    const readings = sink.of(quantity);
    const numbers = readings.map(numberOf);
    const distinct = new Set(numbers);
    const stored = new Set(readings.map((r) => `${r.timeMs} ${r.timeNs} ${r.status} ${String(r.value)}`));
    const run = Math.max(...numbers) - Math.min(...numbers) + 1;
    expected += run;
    missing += run - distinct.size;
    duplicated += stored.size - distinct.size;
  }
  return { expected, missing, duplicated };
}

const numberOf = ({ value }: Reading): number => Number(value);

const target = fileURLToPath(new URL('../../../docs/fault-matrix.md', import.meta.url));

const order = [
  'server restart',
  'server gone for 10 minutes',
  'namespace reorder',
  'node removed',
  'certificate rotated',
  'half-open TCP',
  'cable cut for a second',
  'failed subscription transfer',
  'subscription went silent',
  'item limit hit',
  'status-only change',
  'frozen value',
  'broker gone',
  'SIGKILL of the gateway',
  'disk full',
  'clock stepped',
];

/** Puts rows into the page; rows of other tests stay, as the last run left them. */
export function writeFaultMatrix(rows: readonly FaultRow[]): void {
  const lines = new Map<string, string>();
  for (const line of readFileSync(target, 'utf8').split('\n')) {
    const fault = /^\| (.+?) \|/.exec(line)?.[1] ?? '';
    if (rank(fault) < order.length) lines.set(fault, line);
  }
  for (const row of rows) lines.set(row.fault, lineOf(row));
  const sorted = [...lines].sort(([a], [b]) => rank(a) - rank(b)).map(([, line]) => line);
  writeFileSync(target, `${head}${sorted.join('\n')}\n${foot}`);
}

const lineOf = (row: FaultRow): string =>
  `| ${row.fault} | ${row.history} | ${row.recoveryS.toFixed(1)} | ${row.expected} | ${row.missing} | ${row.duplicated} | ${row.note} |`;

function rank(fault: string): number {
  const index = order.findIndex((name) => fault.startsWith(name));
  return index < 0 ? order.length : index;
}

const head = `# Fault matrix of the OPC UA source

Written by the test run (\`npx vitest run test/gateway/opcua\`); do not edit. Each row is a real, encrypted server in a
process of its own, real sockets, and counters that change every 200 ms, so that every sample has a number. The
intervals of the source (heartbeat, retries, watchdog) are compressed about tenfold; on a shop floor the recovery is
longer by as much, the samples are the same. *Recovery*: seconds from the end of the fault to the next live reading,
or to the detection where the fault is a value itself.

| fault | server keeps history | recovery s | samples expected | missing | duplicated | what happens |
|---|---|---|---|---|---|---|
`;

const foot = `
Where the server keeps no history, the loss window is the time from the fault to the recovery, less what the server's own
queues held: 30 s a tag, at most 100 values, as long as the session could be kept. The source counts it
(\`lostGaps\`, \`lostMs\` on the health page).
`;
