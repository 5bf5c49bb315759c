import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type BearingVerdict, diagnoseBearing } from '../../scenarios/equipment/bearing/diagnose.ts';
import { csvRows } from './run-analyse.ts';

/** The multipliers that come with the records (drive end, 6205-2RS). */
export const MULTIPLIERS = { bpfo: 3.5848, bpfi: 5.4152, bsf2: 4.7135, ftf: 0.39828 };

export interface BearingRun {
  readonly file: string;
  readonly label: string;
  readonly samples: Float64Array;
  readonly sampleRateHz: number;
  readonly shaftRpm: number;
  readonly verdict: BearingVerdict;
}

export function bearingRuns(folder: string): BearingRun[] {
  return csvRows(readFileSync(join(folder, 'index.csv'), 'utf8')).map((cells) => {
    const [file = '', , rpm, , label = ''] = cells;
    const bytes = readFileSync(join(folder, file));
    const samples = Float64Array.from({ length: bytes.length / 4 }, (_, i) => bytes.readFloatLE(4 * i));
    const record = {
      samples,
      sampleRateHz: Number(cells[8]),
      shaftRpm: Number(rpm),
      multipliers: MULTIPLIERS,
    };
    return { file, label, ...record, verdict: diagnoseBearing(record) };
  });
}

export const rankedRight = (runs: readonly BearingRun[], ...labels: string[]): BearingRun[] =>
  runs.filter(({ label, verdict }) => labels.includes(label) && verdict.ranked[0] === label);

export const calledNone = (runs: readonly BearingRun[], ...labels: string[]): BearingRun[] =>
  runs.filter(({ label, verdict }) => labels.includes(label) && verdict.fault === 'none');

export function bearingSection(runs: readonly BearingRun[]): string {
  const faulty = runs.filter(({ label }) => label !== 'normal');
  const rows = ['outer', 'inner', 'ball'].map((label) => {
    const all = runs.filter((run) => run.label === label).length;
    return `| ${label} | ${all} | ${rankedRight(runs, label).length} | ${calledNone(runs, label).length} |`;
  });
  const wrong = faulty.filter(({ label, verdict }) => verdict.fault !== label);
  return `## Bearing records

Method: squared envelope spectrum after cepstral prewhitening and after smooth whitening; combs of three harmonics at the
fault frequencies, 0.5 % slip; a fault is named where noise alone would show such a comb less often than once in 1,000.
The speed is the one measured with the record. One configuration for all records.

| fault | records | right at first rank | called "none" |
|---|---|---|---|
${rows.join('\n')}

Healthy record: ${runs
    .filter(({ label }) => label === 'normal')
    .map(({ verdict }) => `"${verdict.fault}"`)
    .join(', ')}.

Every record whose verdict is not its label:

| record | label | verdict | ranked |
|---|---|---|---|
${wrong.map((run) => `| ${run.file} | ${run.label} | ${run.verdict.fault} | ${run.verdict.ranked.join(', ')} |`).join('\n')}
`;
}
