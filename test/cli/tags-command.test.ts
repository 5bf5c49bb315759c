import { copyFileSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import ExcelJs, { type Worksheet } from 'exceljs';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { register } from '../../cli/tags.ts';
import { checkPlant, loadPlant } from '../../plant/load.ts';
import { printedBy } from '../run-command.ts';

const demo = new URL('../../plant.yaml', import.meta.url).pathname;

let folder: string;
let told: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'plantscope-tags-'));
  copyFileSync(demo, path('plant.yaml'));
  told = '';
  vi.spyOn(process.stderr, 'write').mockImplementation((text) => {
    told += text;
    return true;
  });
});
afterEach(() => vi.restoreAllMocks());

const path = (name: string): string => join(folder, name);

const tags = (...args: string[]): Promise<string> =>
  printedBy(register, ['tags', ...args, '--config', path('plant.yaml')]);

const plantText = (): string => readFileSync(path('plant.yaml'), 'utf8');
const tagOf = (id: string) => loadPlant(path('plant.yaml')).plant.tagsById.get(id);

async function edit(
  file: string,
  change: (sheet: Worksheet, cell: (tag: string, column: string) => ExcelJs.Cell) => void,
) {
  const workbook = new ExcelJs.Workbook();
  await workbook.xlsx.readFile(path(file));
  const sheet = workbook.getWorksheet('Tags') as Worksheet;
  const header = sheet.getRow(1).values as string[];
  const cell = (tag: string, column: string): ExcelJs.Cell => {
    const [asset, quantity] = tag.split('.');
    for (let row = 2; row <= sheet.rowCount; row++) {
      const { values } = sheet.getRow(row) as { values: unknown[] };
      if (values[1] === asset && values[2] === quantity)
        return sheet.getRow(row).getCell(header.indexOf(column));
    }
    throw new Error(`no row of ${tag}`);
  };
  change(sheet, cell);
  await workbook.xlsx.writeFile(path(file));
}

function changedLines(before: string, after: string): number {
  const [old, now] = [before.split('\n'), after.split('\n')];
  expect(now).toHaveLength(old.length);
  return old.filter((line, i) => line !== now[i]).length;
}

describe.each(['tags.xlsx', 'tags.csv'])('%s', (file) => {
  test('a list that nobody touched changes not a byte of the plant file', async () => {
    await tags('export', path(file));
    const before = plantText();
    expect(await tags('import', path(file))).toBe('');
    expect(plantText()).toBe(before);
    expect(told).toContain('tags added: 0, changed: 0, taken out: 0');
  });
});

test('a spreadsheet holds every tag with its whole address, numbers as numbers and the rest as text', async () => {
  await tags('export', path('tags.xlsx'));
  const { plant } = loadPlant(demo);
  await edit('tags.xlsx', (sheet, cell) => {
    expect(sheet.rowCount).toBe(plant.tags.length + 1);
    expect(cell('meter-main.activePower', 'address').value).toBe(
      'nsu=urn:plantscope:sim;s=meter-main.activePower',
    );
    expect(cell('meter-main.activePower', 'address').numFmt).toBe('@');
    expect(cell('meter-main.voltageL1', 'deadband').value).toBe('0.2');
  });
});

test('what was edited in the spreadsheet stands in the plant file, its comments and other lines as they were', async () => {
  await tags('export', path('tags.xlsx'));
  await edit('tags.xlsx', (sheet, cell) => {
    cell('meter-main.activePower', 'multiplier').value = 40;
    cell('meter-main.activePower', 'range low').value = -100;
    cell('meter-main.activePower', 'range high').value = 500;
    // A person types 0.5 % into a cell of the spreadsheet's own percent format.
    Object.assign(cell('meter-main.activePower', 'deadband'), { value: 0.005, numFmt: '0.0%' });
    cell('meter-main.voltageL1', 'deadband').value = null;
    cell('pump-1.flow', 'source').value = 'devices';
    cell('pump-1.flow', 'address').value = { text: 'sim/pump-1#/flow', hyperlink: 'http://sim/pump-1' };
    cell('mill-1.running', 'sampling').value = { richText: [{ text: '500' }, { text: 'ms' }] };
    cell('boiler-1.load', 'writable').value = true;
    sheet.addRow(['meter-office', 'powerFactor', '', 'supply', 'electricity', 'electricity-meter', '', '']);
    cell('meter-office.powerFactor', 'asset name').value = 'Offices and lighting';
  });
  const before = plantText();
  const changes = (await tags('import', path('tags.xlsx'))).trimEnd().split('\n');
  expect(changes).toEqual([
    '~ meter-main.activePower  multiplier: (default) -> 40',
    '~ meter-main.activePower  range low: (default) -> -100',
    '~ meter-main.activePower  range high: (default) -> 500',
    '~ meter-main.activePower  deadband: (default) -> 0.5 %',
    '~ meter-main.voltageL1  deadband: 0.2 -> (default)',
    '~ mill-1.running  sampling: (default) -> 500ms',
    '~ pump-1.flow  source: plc -> devices',
    '~ pump-1.flow  address: nsu=urn:plantscope:sim;s=pump-1.flow -> sim/pump-1#/flow',
    '~ boiler-1.load  writable: (default) -> true',
    '+ meter-office.powerFactor',
  ]);
  expect(tagOf('meter-main.activePower')).toMatchObject({
    ...{ multiplier: 40, range: [-100, 500], deadband: { kind: 'percent', value: 0.5 } },
  });
  expect(tagOf('meter-main.voltageL1')?.deadband).toBeUndefined();
  expect(tagOf('pump-1.flow')).toMatchObject({ source: 'devices', address: 'sim/pump-1#/flow' });
  expect(tagOf('mill-1.running')?.samplingIntervalMs).toBe(500);
  expect(tagOf('boiler-1.load')?.writable).toBe(true);
  expect(tagOf('meter-office.powerFactor')).toMatchObject({
    ...{ source: 'plc', address: 'nsu=urn:plantscope:sim;s=meter-office.powerFactor' },
  });
  expect(changedLines(before, plantText())).toBe(6);
  expect(plantText()).toContain('# Two sources: the PLC, and a wireless vibration sensor.');
  await tags('export', path('again.csv'));
  expect(await tags('import', path('again.csv'))).toBe('');
});

test('--dry-run shows the same and writes nothing', async () => {
  await tags('export', path('tags.csv'));
  writeFileSync(
    path('tags.csv'),
    readFileSync(path('tags.csv'), 'utf8').replace(/^(mill-2,state,.*),,,$/m, '$1,2s,,'),
  );
  const before = plantText();
  expect(await tags('import', path('tags.csv'), '--dry-run')).toBe(
    '~ mill-2.state  sampling: (default) -> 2s\n',
  );
  expect(plantText()).toBe(before);
  expect(told).toContain('Nothing was written');
});

test('addresses moved to another server: the base of the asset gives way', async () => {
  await tags('export', path('tags.csv'));
  const list = readFileSync(path('tags.csv'), 'utf8');
  writeFileSync(
    path('tags.csv'),
    list.replaceAll('nsu=urn:plantscope:sim;s=air-main.', 'nsu=urn:maker;s=Air.'),
  );
  await tags('import', path('tags.csv'));
  const { plant } = loadPlant(path('plant.yaml'));
  expect(plant.assetsById.get('air-main')?.tags.map(({ address }) => address)).toEqual([
    'nsu=urn:maker;s=Air.volumeTotal',
    'nsu=urn:maker;s=Air.flow',
    'nsu=urn:maker;s=Air.pressure',
  ]);
  expect(tagOf('air-machining.volumeTotal')?.address).toBe(
    'nsu=urn:plantscope:sim;s=air-machining.volumeTotal',
  );
});

test('a new asset of a short list of the own making, with semicolons and a comment column', async () => {
  writeFileSync(
    path('new.csv'),
    [
      'Asset;Quantity;Area;Line;Nature;Source;Address;Kind;PLC comment',
      'fan-2;running;machining;cell-1;rotating-machine;plc;nsu=urn:plantscope:sim;s=fan-2.running;',
      '',
      'fan-2;vibrationVelocity;machining;cell-1;rotating-machine;plc;"nsu=urn:plantscope:sim;s=fan-2.v";;new in March',
    ]
      .join('\r\n')
      .replace('sim;s=fan-2.running', 'sim,s=fan-2.running')
      .replace('nsu=urn:plantscope:sim,s=fan-2.running', '"nsu=urn:plantscope:sim;s=fan-2.running"'),
  );
  expect(await tags('import', path('new.csv'))).toBe(
    '+ fan-2.running  nsu=urn:plantscope:sim;s=fan-2.running\n+ fan-2.vibrationVelocity  nsu=urn:plantscope:sim;s=fan-2.v\n',
  );
  expect(tagOf('fan-2.vibrationVelocity')).toMatchObject({
    nature: 'rotating-machine',
    source: 'plc',
    line: 'cell-1',
  });
  expect(told).toContain('PLC comment');
  expect(told).toContain('are not in the list and stay as they are');
  const { plant } = loadPlant(path('plant.yaml'));
  expect(plant.tags.length).toBe(loadPlant(demo).plant.tags.length + 2);
});

test('--remove-missing takes out what the list does not name', async () => {
  await tags('export', path('tags.csv'));
  const list = readFileSync(path('tags.csv'), 'utf8');
  writeFileSync(path('tags.csv'), list.replace(/^meter-main,voltageThd.*\n/m, ''));
  expect(await tags('import', path('tags.csv'), '--remove-missing')).toBe('- meter-main.voltageThd\n');
  expect(tagOf('meter-main.voltageThd')).toBeUndefined();
  expect(tagOf('meter-main.voltageUnbalance')).toBeDefined();
});

test('every wrong cell is named by file, row and column with what to do, and nothing is written', async () => {
  await tags('export', path('tags.xlsx'));
  await edit('tags.xlsx', (sheet, cell) => {
    cell('meter-main.activePower', 'unit').value = 'kw';
    cell('meter-main.voltageL1', 'multiplier').value = '0,5';
    cell('meter-main.currentL1', 'range low').value = 5;
    cell('gas-main.flow', 'line').value = 'elsewhere';
    sheet.addRow(['meter-main', 'frequency']);
    sheet.addRow(['', 'frequency']);
    sheet.addRow(['meter-mian', 'activePower']);
  });
  const before = plantText();
  const found: unknown = await tags('import', path('tags.xlsx')).catch((error: unknown) => error);
  expect(found).toMatchObject({ code: 'tag-list-invalid' });
  const { message } = found as Error;
  const rowOf = (pattern: RegExp) => Number(pattern.exec(message)?.[1]);
  expect(message).toMatch(
    /tags\.xlsx: row 9, column multiplier: "0,5" is no number \[not-a-number\]\n {4}hint: Write 0\.5/,
  );
  expect(message).toMatch(/row 10, column range high: a range has both ends/);
  expect(message).toMatch(/column line: "elsewhere" is not what the plant file says of gas-main: "fluids"/);
  expect(rowOf(/row (\d+), column quantity: meter-main.frequency stands in row 8 already/)).toBe(
    loadPlant(demo).plant.tags.length + 2,
  );
  expect(message).toMatch(/column asset: the cell is blank/);
  expect(message).toMatch(
    /column nature: meter-mian is a new asset without nature.*\n {4}hint: .*Did you mean "meter-main"/,
  );
  expect(plantText()).toBe(before);
});

test('what only the whole plant can tell is named by row and column too', async () => {
  await tags('export', path('tags.xlsx'));
  await edit('tags.xlsx', (_sheet, cell) => {
    cell('meter-main.activePower', 'unit').value = 'kw';
    cell('meter-main.voltageL1', 'source').value = 'plcc';
    cell('meter-main.currentL2', 'address').value = 'nsu=urn:plantscope:sim;s=meter-main.currentL1';
    cell('meter-main.currentL3', 'sampling').value = 'fast';
  });
  const found: unknown = await tags('import', path('tags.xlsx')).catch((error: unknown) => error);
  expect(found).toMatchObject({ code: 'tag-list-invalid' });
  // A wrong form is told first; the rules of the plant once the forms are right.
  expect((found as Error).message).toMatch(/tags\.xlsx: row 16, column sampling: /);
  await edit('tags.xlsx', (_sheet, cell) => {
    cell('meter-main.currentL3', 'sampling').value = '1s';
  });
  const { message } = (await tags('import', path('tags.xlsx')).catch((error: unknown) => error)) as Error;
  expect(message).toMatch(
    /row 4, column unit: unknown unit "kw" \[unknown-unit\]\n {4}hint: Did you mean "kW"/,
  );
  expect(message).toMatch(
    /row 9, column source: unknown source "plcc" \[unknown-source\]\n {4}hint: Did you mean "plc"/,
  );
  expect(message).toMatch(
    /row 13, column address: .*already read by meter-main.currentL1 \[duplicate-address\]/,
  );
  expect(checkPlant(path('plant.yaml')).problems).toEqual([]);
});

test.each([
  ['a header without names', 'a,b\n1,2\n', 'there is no column asset and no column quantity'],
  ['a column twice', 'asset,quantity,Asset\n', 'stands twice'],
  ['another encoding', Buffer.from([0x61, 0x2c, 0xb5, 0xe7, 0x0a]), 'not in UTF-8'],
])('%s is refused with a hint', async (_name, content, message) => {
  writeFileSync(path('bad.csv'), content);
  await expect(tags('import', path('bad.csv'))).rejects.toMatchObject({
    ...{ code: 'tag-list-malformed', message: expect.stringContaining(message), hint: expect.any(String) },
  });
});

test('a file that is no spreadsheet, and a cell that became a date', async () => {
  writeFileSync(path('bad.xlsx'), 'no zip');
  await expect(tags('import', path('bad.xlsx'))).rejects.toMatchObject({ code: 'tag-list-malformed' });
  await tags('export', path('tags.xlsx'));
  await edit('tags.xlsx', (_sheet, cell) => {
    Object.assign(cell('mill-1.state', 'sampling'), { value: new Date(0), numFmt: 'yyyy-mm-dd' });
  });
  await expect(tags('import', path('tags.xlsx'))).rejects.toThrow(/made a date of cell O\d+/);
});

test('blank cells of a short list leave place, source and address as they are', async () => {
  writeFileSync(path('short.csv'), 'asset,quantity,area,source,address,sampling\nfan-1,flow,,,,2s\n');
  expect(await tags('import', path('short.csv'))).toBe('~ fan-1.flow  sampling: 5s -> 2s\n');
});

test('UTF-16 with tabs, as an older spreadsheet saves it, keeps names in every script', async () => {
  const row =
    'meter-9\tactivePower\tElektrizität 电表\tsupply\telectricity\telectricity-meter\tplc\tnsu=urn:x;s=a';
  const text = `\uFEFFasset\tquantity\tasset name\tarea\tline\tnature\tsource\taddress\r\n${row}\r\n`;
  writeFileSync(path('old.csv'), Buffer.from(text, 'utf16le'));
  const found: unknown = await tags('import', path('old.csv')).catch((error: unknown) => error);
  // A meter without its register is no meter: the rule of the nature stands in the row of the asset.
  expect((found as Error).message).toMatch(/old\.csv: row 2, column asset: .*\[missing-tag\]/);
  const more = row.replaceAll('activePower', 'activeEnergyTotal').replace('s=a', 's=b');
  writeFileSync(path('old.csv'), Buffer.from(`${text}${more}\r\n`, 'utf16le'));
  await tags('import', path('old.csv'));
  expect(loadPlant(path('plant.yaml')).plant.assetsById.get('meter-9')?.name).toBe('Elektrizität 电表');
});
