import { mkdtempSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pino from 'pino';
import { expect, test, vi } from 'vitest';
import { openLogFile } from '../../cli/platform/log-file.ts';

const newFolder = (): string => mkdtempSync(join(tmpdir(), 'plantscope-log-'));

test.each([
  ['a full disk', '/dev/full'],
  ['a folder in its place', newFolder()],
])('%s ends nothing: it is told once', (_what, path) => {
  const onTrouble = vi.fn();
  const logger = pino({}, openLogFile(path, { onTrouble }));
  logger.info('one');
  logger.info('two');
  expect(onTrouble).toHaveBeenCalledExactlyOnceWith(expect.stringContaining("the log can't be written"));
});

test('a log at its bound is set aside, and the one set aside before goes', () => {
  const folder = newFolder();
  const path = join(folder, 'platform.log');
  const onTrouble = vi.fn();
  const logger = pino({ base: null }, openLogFile(path, { mostBytes: 4096, onTrouble }));
  for (let number = 0; number < 200; number++) logger.info({ number }, 'x'.repeat(60));
  expect(readdirSync(folder)).toEqual(['platform.log', 'platform.log.1']);
  expect(statSync(`${path}.1`).size).toBeLessThan(4096 + 200);
  const numbers = [`${path}.1`, path].flatMap((file) =>
    readFileSync(file, 'utf8')
      .trim()
      .split('\n')
      .map((line) => (JSON.parse(line) as { number: number }).number),
  );
  expect(numbers).toEqual(Array.from({ length: numbers.length }, (_, index) => 200 - numbers.length + index));
  expect(onTrouble).not.toHaveBeenCalled();
});
