import { register } from '../../cli/analyse/equipment.ts';
import { printedBy, temporaryFile } from '../run-command.ts';

/** Runs an equipment command, and gives back what it printed. */
export const runAnalyse = (...args: string[]): Promise<string> => printedBy(register, args);

/** Lines after the header, split at commas. */
export function csvRows(text: string): string[][] {
  return text
    .trim()
    .split(/\r?\n/)
    .slice(1)
    .map((line) => line.split(','));
}

export function floatFile(samples: readonly number[]): string {
  const bytes = Buffer.alloc(4 * samples.length);
  for (const [i, sample] of samples.entries()) bytes.writeFloatLE(sample, 4 * i);
  return temporaryFile('record.f32', bytes);
}
