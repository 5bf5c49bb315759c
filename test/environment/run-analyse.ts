import { parse } from 'csv-parse/sync';
import { register } from '../../cli/analyse/environment.ts';
import { printedBy } from '../run-command.ts';

/** Runs an environment command, and gives back what it printed. */
export const runAnalyse = (...args: string[]): Promise<string> => printedBy(register, args);

export function csvRows(text: string): Record<string, string>[] {
  return parse(text, { columns: true }) as Record<string, string>[];
}
