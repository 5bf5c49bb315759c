import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type BrokerLossName, brokerLosses } from './broker-losses.ts';
import { expectedRows, type FaultName, type StoreName } from './faults.ts';
import type { Verdict } from './verify.ts';

export interface DurabilityRow extends Verdict {
  readonly store: StoreName;
  readonly fault: FaultName;
  /** What of the readings is in the quarantine, on purpose. */
  readonly quarantined: number;
  readonly seconds: number;
}

export interface BrokerLossRow {
  readonly broker: BrokerLossName;
  readonly acknowledged: number;
  readonly delivered: number;
}

const root = dirname(dirname(dirname(fileURLToPath(import.meta.url))));
/** Of this run alone: the test processes of one run have one parent. */
const rowsOfThisRun = join(tmpdir(), `plantscope-durability-${process.ppid}`);
const startedMs = Date.now() - 1000 * process.uptime();

/** Keeps the row; the one that completes the run writes the page, with rows of this run only. */
export function record(row: DurabilityRow): void {
  keep(`fault ${row.store} ${row.fault}`, row);
}

export function recordLoss(row: BrokerLossRow): void {
  keep(`broker ${row.broker}`, row);
}

interface Kept {
  readonly atMs: number;
  readonly row: DurabilityRow | BrokerLossRow;
}

function keep(name: string, row: Kept['row']): void {
  mkdirSync(rowsOfThisRun, { recursive: true });
  const file = join(rowsOfThisRun, `${Buffer.from(name).toString('base64url')}.json`);
  writeFileSync(file, JSON.stringify({ atMs: Date.now(), row } satisfies Kept));
  const rows = readdirSync(rowsOfThisRun)
    .map((entry) => JSON.parse(readFileSync(join(rowsOfThisRun, entry), 'utf8')) as Kept)
    .filter(({ atMs }) => atMs > startedMs - LONGEST_RUN_MS)
    .map((kept) => kept.row);
  const faults = rows.filter((one): one is DurabilityRow => 'fault' in one);
  const losses = rows.filter((one): one is BrokerLossRow => 'broker' in one);
  if (faults.length < expectedRows.length || losses.length < Object.keys(brokerLosses).length) return;
  writeFileSync(join(root, 'docs', 'durability.md'), pageOf(sorted(faults), losses));
}

/** A parent's number may come again, but not within this. */
const LONGEST_RUN_MS = 3_600_000;

function sorted(rows: readonly DurabilityRow[]): readonly DurabilityRow[] {
  const placeOf = ({ fault, store }: DurabilityRow): number =>
    expectedRows.findIndex((row) => row.fault === fault && row.store === store);
  return [...rows].sort((a, b) => placeOf(a) - placeOf(b));
}

function pageOf(rows: readonly DurabilityRow[], losses: readonly BrokerLossRow[]): string {
  const lines = rows.map(
    (row) =>
      `| ${row.fault} | ${row.store} | ${row.expected} | ${row.missing} | ${row.duplicated} | ${row.foreign} | ${row.quarantined} | ${row.seconds.toFixed(1)} |`,
  );
  const lost = losses.map(
    ({ broker, acknowledged, delivered }) =>
      `| ${broker} | ${acknowledged} | ${delivered} | ${acknowledged - delivered} |`,
  );
  return `# What survives which fault

Written by \`npx vitest run test/delivery\` when a run has every row; all rows are of the run that ended ${new Date().toISOString().slice(0, 16)}Z
(Node ${process.version}, Linux). Numbered readings over real sockets into a real store; SIGKILL ends a process of its own;
the HTTP faults are injected by a front before a real InfluxDB, with the rest of the path in the process of the test.
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
  What that comes to is measured below.
- At QoS 0 nothing is promised to a device: it is never told what was kept.

A full disk is a bound on the size of files (\`prlimit --fsize\`): the same failing writes, "File too large" for "No space left".
InfluxDB 1.x goes on refusing writes after its disk was full until it is started again. DuckDB is opened anew by itself.

## What an external broker can lose of a device's acknowledged messages

A device sends numbered messages at QoS 1, all acknowledged by the broker, for a gateway that has a lasting session.

| broker | acknowledged | delivered | lost |
|---|---:|---:|---:|
${lost.join('\n')}

The gateway's own batches pass any of these brokers without loss, as a batch leaves the spool only when ingest reports it stored.
For devices: let them publish to the embedded broker, or set \`max_queued_messages 0\`, \`persistence true\` and \`autosave_on_changes true\`,
and take what \`autosave_interval\` says (in changes) for the loss of a power cut.
`;
}
