// Writes numbered readings into a DuckDB store until it is killed, and prints each batch's last number once it is durable.
import { join } from 'node:path';
import { runnerImport } from 'vite';

const [file, from] = process.argv.slice(2);
const { module } = await runnerImport(join(import.meta.dirname, '..', '..', 'store', 'duckdb-store.ts'));
const store = await module.openDuckDbStore({ file, timeZone: 'UTC' });
const startMs = Date.UTC(2024, 0, 15, 6);

const reading = (number) => ({
  tag: 'press-1.activePower',
  timeMs: startMs + number * 1000,
  timeNs: 0,
  value: number,
  status: 0,
  origin: 'live',
});

for (let number = Number(from); ; number += 50) {
  await store.write(Array.from({ length: 50 }, (_, index) => reading(number + index)));
  process.stdout.write(`${number + 49}\n`);
}
