import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterEach, expect, test } from 'vitest';
import { openDuckDbStore } from '../../store/duckdb-store.ts';
import { power } from './plant-tags.ts';

const folders: string[] = [];

afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
});

function newFile(): string {
  const folder = mkdtempSync(join(tmpdir(), 'plantscope-crash-'));
  folders.push(folder);
  return join(folder, 'plant.duckdb');
}

/** Starts the writer in `crash-writer.mjs`, which numbers its readings and prints each number once it is durable. */
function startWriter(file: string, from: number): ChildProcess {
  const script = join(import.meta.dirname, 'crash-writer.mjs');
  return spawn(process.execPath, [script, file, String(from)], { stdio: ['ignore', 'pipe', 'inherit'] });
}

/** Kills the writer after some acknowledgements. @returns the last acknowledged number */
async function killAfter(writer: ChildProcess, acknowledgements: number): Promise<number> {
  if (writer.stdout === null) throw new Error('the writer has no output');
  const ended = new Promise((resolve) => writer.once('exit', resolve));
  let last = -1;
  let seen = 0;
  for await (const line of createInterface({ input: writer.stdout })) {
    last = Number(line);
    if (++seen === acknowledgements) writer.kill('SIGKILL');
  }
  await ended;
  return last;
}

test('what was acknowledged before SIGKILL is stored once, five times in a row', async () => {
  const file = newFile();
  let from = 0;
  for (const acknowledgements of [1, 3, 8, 2, 13]) {
    const last = await killAfter(startWriter(file, from), acknowledgements);
    expect(last).toBeGreaterThanOrEqual(from);
    const store = await openDuckDbStore({ file, timeZone: 'UTC' });
    const [series] = await store.readings({ tags: [power], startMs: 0, endMs: 9e12 });
    const values = series?.points.map(({ value }) => value) ?? [];
    expect(values.slice(0, last + 1)).toEqual(Array.from({ length: last + 1 }, (_, number) => number));
    expect(new Set(values).size).toBe(values.length);
    expect((await store.latest([power]))[0]?.value).toBe(values.at(-1));
    await store.close();
    from = last + 1;
  }
});

test('a file that is open is refused, in this process and in another', async () => {
  const file = newFile();
  const store = await openDuckDbStore({ file, timeZone: 'UTC' });
  await expect(openDuckDbStore({ file, timeZone: 'UTC' })).rejects.toMatchObject({ code: 'store-in-use' });
  await store.close();
  const writer = startWriter(file, 0);
  if (writer.stdout === null) throw new Error('the writer has no output');
  await new Promise((resolve) => writer.stdout?.once('data', resolve));
  await expect(openDuckDbStore({ file, timeZone: 'UTC' })).rejects.toMatchObject({ code: 'store-in-use' });
  await killAfter(writer, 1);
});
