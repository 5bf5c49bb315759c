import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Verdict } from './verify.ts';

export interface DurabilityRow extends Verdict {
  readonly store: 'DuckDB' | 'InfluxDB' | 'memory';
  readonly fault: string;
  /** What of the readings is in the quarantine, on purpose. */
  readonly quarantined: number;
  readonly seconds: number;
}

const root = dirname(dirname(dirname(fileURLToPath(import.meta.url))));
const data = join(root, 'docs', 'durability.json');
const page = join(root, 'docs', 'durability.md');

/** Keeps one row a (fault, store), the last run's, and writes the page anew. */
export function record(row: DurabilityRow): void {
  const rows = known().filter(({ fault, store }) => fault !== row.fault || store !== row.store);
  rows.push(row);
  rows.sort((a, b) => a.fault.localeCompare(b.fault) || a.store.localeCompare(b.store));
  mkdirSync(dirname(data), { recursive: true });
  writeFileSync(data, `${JSON.stringify(rows, undefined, 2)}\n`);
  writeFileSync(page, pageOf(rows));
}

function known(): DurabilityRow[] {
  try {
    return JSON.parse(readFileSync(data, 'utf8')) as DurabilityRow[];
  } catch {
    return []; // the first run
  }
}

function pageOf(rows: readonly DurabilityRow[]): string {
  const lines = rows.map(
    (row) =>
      `| ${row.fault} | ${row.store} | ${row.expected} | ${row.missing} | ${row.duplicated} | ${row.foreign} | ${row.quarantined} | ${row.seconds.toFixed(1)} |`,
  );
  return `# What survives which fault

Written by \`npx vitest run test/delivery\`: a row is the last run of that fault, with numbered readings over real sockets
into a real store. SIGKILL ends a process of its own; the HTTP faults are injected by a front before a real InfluxDB, with
the rest of the path in the process of the test.
Expected: numbers sent, less those the fault makes the store refuse for good (they must be in the quarantine). Missing,
duplicated, foreign (not of this run): read back from the store itself when the spool was empty again.

| fault | store | expected | missing | duplicated | foreign | in quarantine | seconds |
|---|---|---:|---:|---:|---:|---:|---:|
${lines.join('\n')}

What is promised, from where on:
- **Embedded broker**: from the device's acknowledgement (QoS 1) on. The device is acknowledged after the spool's commit.
- **Sources that are read** (OPC UA, Modbus, files): from the spool's commit on; a gap before it is read back where the
  source keeps history.
- **Devices on an external broker**: the broker acknowledges them, so what it loses before the gateway has it is lost.
- At QoS 0 nothing is promised to a device: it is never told what was kept.
`;
}
