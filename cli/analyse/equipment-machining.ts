import type { Command } from 'commander';
import { PlantscopeError } from '../../model/error.ts';
import { failureProbability } from '../../scenarios/equipment/machining/failure-model.ts';
import { failureModes, type OperatingPoint } from '../../scenarios/equipment/machining/operating-point.ts';
import { SHIPPED_FAILURE_MODEL } from '../../scenarios/equipment/machining/shipped-failure-model.ts';
import { numberCell, printCsv, readCsv, requireColumns } from '../io.ts';

const COLUMNS = {
  quality: 'Type',
  airTemperatureK: 'Air temperature [K]',
  processTemperatureK: 'Process temperature [K]',
  speedRpm: 'Rotational speed [rpm]',
  torqueNm: 'Torque [Nm]',
  toolWearMin: 'Tool wear [min]',
} as const;

export function registerMachining(analyse: Command): void {
  analyse
    .command('machining')
    .description('Failure, its modes and its probability from the operating points of a machining process')
    .argument('<file>', 'CSV file with the columns of the AI4I 2020 set; label columns are not read')
    .action((file: string) => {
      const table = readCsv(file);
      requireColumns(table, Object.values(COLUMNS), file);
      printCsv(
        ['row', 'failure', 'modes', 'score'],
        table.rows.map((row, index) => verdict(row, index, file)),
      );
    });
}

/** A failure is what the physical rules show or the learned model expects; the score is the learned model's alone. */
function verdict(row: Readonly<Record<string, string>>, index: number, file: string): readonly unknown[] {
  const point = operatingPoint(row, index, file);
  const modes = failureModes(point);
  const score = failureProbability(SHIPPED_FAILURE_MODEL, point);
  return [index, modes.length > 0 || score >= 0.5 ? 1 : 0, modes.join('|'), score.toFixed(4)];
}

function operatingPoint(row: Readonly<Record<string, string>>, index: number, file: string): OperatingPoint {
  const where = `${file}, data row ${index + 1}`;
  const number = (column: string): number => {
    const value = numberCell(row[column]);
    if (value !== undefined) return value;
    throw new PlantscopeError('csv-value-invalid', `"${column}" is no number: "${row[column] ?? ''}"`, {
      where,
    });
  };
  const quality = row[COLUMNS.quality];
  if (quality !== 'L' && quality !== 'M' && quality !== 'H')
    throw new PlantscopeError(
      'csv-value-invalid',
      `"${COLUMNS.quality}" must be L, M or H, not "${quality ?? ''}"`,
      {
        where,
      },
    );
  return {
    quality,
    airTemperatureK: number(COLUMNS.airTemperatureK),
    processTemperatureK: number(COLUMNS.processTemperatureK),
    speedRpm: number(COLUMNS.speedRpm),
    torqueNm: number(COLUMNS.torqueNm),
    toolWearMin: number(COLUMNS.toolWearMin),
  };
}
