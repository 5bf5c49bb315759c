import { writeFileSync } from 'node:fs';
import type { Command } from 'commander';
import { PlantscopeError } from '../model/error.ts';
import { count, loadPlant, readPlantText } from '../plant/load.ts';
import { printProblem } from '../plant/problem.ts';
import { printChanges } from '../plant/tag-list/apply.ts';
import { tagRows } from '../plant/tag-list/columns.ts';
import type { TagChange } from '../plant/tag-list/compare.ts';
import { importTagList, type TagListImport } from '../plant/tag-list/import.ts';
import { printTagListProblem } from '../plant/tag-list/problem.ts';
import { readCsvFile, tagListCsv, writeCsvFile } from './tag-list/csv-file.ts';
import { toTagList } from './tag-list/sheet.ts';

interface ImportOptions {
  readonly config: string;
  readonly dryRun?: boolean;
  readonly removeMissing?: boolean;
}

/** `plantscope tags export|import`: the tags of a plant file as a list to edit in a spreadsheet, and back. */
export function register(program: Command): void {
  const tags = program.command('tags').description('The tags of a plant file as a spreadsheet, and back');
  tags
    .command('export')
    .description('Write the tags of a plant file as a list')
    .argument('[file]', 'tags.xlsx or tags.csv; without it CSV on standard output')
    .option('--config <file>', 'plant file', 'plant.yaml')
    .action(exportTags);
  tags
    .command('import')
    .description('Bring an edited list back into the plant file, and show what changes')
    .argument('<file>', 'tags.xlsx or tags.csv')
    .option('--config <file>', 'plant file', 'plant.yaml')
    .option('--dry-run', 'show what would change, and write nothing')
    .option('--remove-missing', 'take out the tags that the list does not name')
    .action(importTags);
}

async function exportTags(file: string | undefined, { config }: { config: string }): Promise<void> {
  const rows = tagRows(loadPlant(config).file).map(({ cells }) => cells);
  if (file === undefined) process.stdout.write(tagListCsv(rows));
  else if (isXlsx(file)) await (await import('./tag-list/xlsx-file.ts')).writeXlsxFile(file, rows);
  else writeCsvFile(file, rows);
  if (file !== undefined) say(`${file}: ${rows.length} tags`);
}

async function importTags(file: string, options: ImportOptions): Promise<void> {
  const { config, dryRun = false, removeMissing = false } = options;
  const { file: plantFile } = loadPlant(config);
  const sheet = isXlsx(file)
    ? await (await import('./tag-list/xlsx-file.ts')).readXlsxFile(file)
    : readCsvFile(file);
  const { rows, ignored } = toTagList(sheet, file);
  if (ignored.length > 0)
    say(`${file}: columns that are no setting of a tag are left aside: ${ignored.join(', ')}`);
  const plant = { path: config, text: readPlantText(config), file: plantFile };
  const imported = importTagList(plant, rows, removeMissing);
  if (imported.text === undefined) throw invalid(file, config, imported);
  for (const line of printChanges(imported.changes, removeMissing)) process.stdout.write(`${line}\n`);
  const isChanged = imported.text !== plant.text;
  if (isChanged && !dryRun) writeFileSync(config, imported.text);
  say(
    `${config}: ${summaryOf(imported.changes, removeMissing)}${dryRun ? '. Nothing was written (--dry-run).' : '.'}`,
  );
}

function summaryOf(changes: readonly TagChange[], removeMissing: boolean): string {
  const of = (kind: TagChange['kind']): number => changes.filter((change) => change.kind === kind).length;
  const missing = of('missing');
  const told = `tags added: ${of('added')}, changed: ${of('changed')}, taken out: ${removeMissing ? missing : 0}`;
  if (missing === 0 || removeMissing) return told;
  return `${told}; ${missing} are not in the list and stay as they are (--remove-missing takes them out)`;
}

function invalid(file: string, config: string, { problems, plantProblems }: TagListImport): PlantscopeError {
  const lines = [
    ...problems.map((problem) => printTagListProblem(file, problem)),
    ...plantProblems.map((problem) => printProblem(config, problem)),
  ];
  return new PlantscopeError(
    'tag-list-invalid',
    `${file} has ${count(lines.length)}; nothing was written.\n${lines.join('\n')}`,
    { where: file, hint: 'Mend the rows and import again.' },
  );
}

const isXlsx = (file: string): boolean => /\.xlsx$/i.test(file);

const say = (line: string): void => void process.stderr.write(`${line}\n`);
