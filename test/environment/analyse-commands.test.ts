import { describe, expect, it, vi } from 'vitest';
import { temporaryFile } from '../run-command.ts';
import { csvRows, runAnalyse } from './run-analyse.ts';

describe('analyse aqi', () => {
  const header = 'id,pm25,so2,no2,co,o3,pm10';

  it('prints one row a record, primary in the order of the file', async () => {
    const file = temporaryFile('a.csv', `${header}\na,115,5,20,0.5,60,250\nb,20,5,20,0.5,60,30\nc,,,,,,\n`);
    const text = await runAnalyse('aqi', file, '--edition', 'HJ633-2012', '--period', 'hourly');
    expect(text).toBe('id,aqi,category,primary\na,150,轻度污染,pm25;pm10\nb,30,优,\nc,NA,,\n');
  });

  it('2026: an incomplete record has an index only above 100', async () => {
    const file = temporaryFile('b.csv', `${header}\na,61,,20,0.5,60,30\nb,60,,20,0.5,60,30\n`);
    const text = await runAnalyse('aqi', file, '--edition', 'HJ633-2026', '--period', 'hourly');
    expect(text).toBe('id,aqi,category,primary\na,101,轻度污染,pm25\nb,NA,,\n');
  });

  it('reads a day without an o3_8h column as carrying the 8 h mean in o3', async () => {
    const day = 'id,so2,no2,co,o3,pm10,pm25\na,5,20,0.5,900,30,20\n';
    const text = await runAnalyse(
      'aqi',
      temporaryFile('c.csv', day),
      '--edition',
      'HJ633-2026',
      '--period',
      'daily',
    );
    expect(csvRows(text)[0]).toMatchObject({ aqi: '300', primary: 'o3' });
  });

  it('names the cells that are no concentration, and counts them as missing', async () => {
    const said: string[] = [];
    const stderr = vi
      .spyOn(process.stderr, 'write')
      .mockImplementation((text) => said.push(String(text)) > 0);
    const file = temporaryFile('e.csv', `${header}\na,115,n/a,20,-0.5,60,250\nb,20,5,20,0.5,60,30\n`);
    const text = await runAnalyse('aqi', file, '--edition', 'HJ633-2012');
    stderr.mockRestore();
    expect(csvRows(text)[0]).toMatchObject({ aqi: '150' });
    expect(said).toEqual(['No concentration, counted as missing: a so2 "n/a", a co "-0.5"\n']);
  });

  it('refuses a file without the columns, and an edition that there is not', async () => {
    const file = temporaryFile('d.csv', 'id,so2\na,1\n');
    await expect(runAnalyse('aqi', file)).rejects.toMatchObject({ code: 'csv-column-missing' });
    await expect(runAnalyse('aqi', file, '--edition', 'HJ633-2020')).rejects.toThrow(/HJ633-2012/);
  });
});

describe('analyse cems', () => {
  const hour = (h: string, so2: string, flag = 'N') => `2026-03-01 ${h}:00,${so2},10,100000,${flag}`;
  const head = 'time,so2,o2,flow_std,flag';

  it('prints corrected hours, days and totals of an hourly file', async () => {
    const rows = [head, hour('00', '40'), hour('01', '50'), hour('02', '', 'D'), hour('03', '60', 'F')].join(
      '\n',
    );
    const text = await runAnalyse('cems', temporaryFile('h.csv', rows), '--oxygen-reference', '6');
    const result = JSON.parse(text);
    expect(result.hours.map((h: { status: string }) => h.status)).toEqual([
      'valid',
      'valid',
      'invalid',
      'stopped',
    ]);
    expect(result.hours[0]).toMatchObject({ time: '2026-03-01T00:00:00+08:00', massKg: 4 });
    expect(result.hours[0].correctedMgPerM3).toBeCloseTo(54.545, 3);
    expect(result.days.so2[0]).toMatchObject({ period: '2026-03-01', validHours: 2, valid: false });
    expect(result.totals.so2).toMatchObject({ measuredKg: 9, hours: { undetermined: 1, stopped: 1 } });
  });

  it('makes an hour of minutes, 45 of which are enough', async () => {
    const minute = (m: number, flag: string) =>
      `2026-03-01T00:${String(m).padStart(2, '0')}:00+08:00,40,10,1000,${flag}`;
    const file = (valid: number) =>
      [head, ...Array.from({ length: 60 }, (_, m) => minute(m, m < valid ? 'N' : 'C'))].join('\n');
    for (const [valid, status] of [
      [45, 'valid'],
      [44, 'invalid'],
    ] as const) {
      const text = await runAnalyse(
        'cems',
        temporaryFile('m.csv', file(valid)),
        '--oxygen-reference',
        '6',
        '--format',
        'csv',
      );
      expect(csvRows(text)[0]).toMatchObject({ status, validMinutes: String(valid) });
    }
  });

  it('names line and reason of a flag, a time or an order that is wrong', async () => {
    const cases = [
      [[head, hour('00', '40', 'X')], 'cems-flag', 2],
      [[head, hour('00', '40'), hour('25', '40')], 'cems-time', 3],
      [[head, hour('00', '40'), hour('01', '40'), hour('01', '40')], 'cems-order', 4],
    ] as const;
    for (const [rows, code, line] of cases) {
      const file = temporaryFile('bad.csv', rows.join('\n'));
      await expect(runAnalyse('cems', file, '--oxygen-reference', '6')).rejects.toMatchObject({
        code,
        where: `${file}:${line}`,
      });
    }
  });

  it('refuses a reference oxygen that is no number below 21', async () => {
    const file = temporaryFile('h.csv', `${head}\n${hour('00', '40')}`);
    await expect(runAnalyse('cems', file, '--oxygen-reference', '21')).rejects.toThrow();
    await expect(runAnalyse('cems', file)).rejects.toThrow(/oxygen-reference/);
  });
});
