// What a newcomer waits for: a clean clone, `npm ci`, `npm start`, until the overview is populated: a live value of every
// tag, and its last 24 hours. Prints the seconds. Usage: node bench/newcomer.mjs [--skip-install] [--verbose]
import { execFileSync, spawn } from 'node:child_process';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

const DAY_MS = 86_400_000;
/** Of the 96 quarter hours of the last day, so many must hold readings: the newest may not have begun. */
const QUARTER_HOURS = 95;

const repository = dirname(dirname(fileURLToPath(import.meta.url)));
const seconds = (since) => ((performance.now() - since) / 1000).toFixed(1);

const skipInstall = process.argv.includes('--skip-install');
const folder = skipInstall
  ? repository
  : join(mkdtempSync(join(tmpdir(), 'plantscope-clone-')), 'plantscope');
let installS = '0.0';
if (!skipInstall) {
  execFileSync('git', ['clone', '--quiet', repository, folder]);
  const installing = performance.now();
  execFileSync('npm', ['ci'], { cwd: folder, stdio: ['ignore', 'ignore', 'inherit'] });
  installS = seconds(installing);
}

const data = mkdtempSync(join(tmpdir(), 'plantscope-data-'));
const starting = performance.now();
const platform = spawn('npm', ['start', '--', '--port', '0', '--data', data], {
  cwd: folder,
  detached: true,
  stdio: ['ignore', 'pipe', 'inherit'],
});
try {
  const link = await firstLink();
  const linkS = seconds(starting);
  const tags = await populated(link);
  const populatedS = seconds(starting);
  process.stdout.write(
    [
      `npm ci                       ${installS} s`,
      `npm start to the link        ${linkS} s`,
      `npm start to populated       ${populatedS} s (live value and last 24 h of ${tags} tags; target 20 s)`,
      `both                         ${(Number(installS) + Number(populatedS)).toFixed(1)} s (target 90 s)`,
      '',
    ].join('\n'),
  );
} finally {
  process.kill(-platform.pid, 'SIGINT');
}

/** The start link that the platform prints. */
async function firstLink() {
  for await (const line of createInterface({ input: platform.stdout })) {
    const link = /http:\/\/\S+token=\S+/.exec(line)?.[0];
    if (link) return new URL(link);
  }
  throw new Error('the platform ended without printing a link');
}

async function populated(link) {
  const get = async (path) => {
    const response = await fetch(new URL(path, link.origin), {
      headers: { authorization: `Bearer ${link.searchParams.get('token')}` },
    });
    if (!response.ok) throw new Error(`${path}: ${response.status} ${await response.text()}`);
    return await response.json();
  };
  const tags = await get('/api/v1/tags');
  // Recordings of vibration are no curve on the overview: one comes each minute, and one each half hour of the past.
  const curves = tags.filter(({ tag }) => !tag.endsWith('Waveform'));
  const numbers = curves.filter(({ kind }) => kind === 'number').map(({ tag }) => tag);
  const others = curves.filter(({ kind }) => kind !== 'number').map(({ tag }) => tag);
  for (;;) {
    const latest = await get('/api/v1/latest');
    const live = new Set(latest.map((entry) => entry.tag));
    const full = new Set([...(await filledByCount(get, numbers)), ...(await filledByPoints(get, others))]);
    const waiting = curves.map(({ tag }) => tag).filter((id) => !live.has(id) || !full.has(id));
    if (waiting.length === 0) return curves.length;
    if (process.argv.includes('--verbose')) {
      process.stderr.write(
        `${seconds(starting)} s: ${waiting.length} wait, ${waiting.slice(0, 12).join(' ')}\n`,
      );
    }
    if (performance.now() - starting > 180_000) throw new Error(`still waiting for ${waiting.join(', ')}`);
    await delay(250);
  }
}

/** Numbers: a count of readings for each quarter of an hour. */
async function filledByCount(get, ids) {
  const { series } = await get(`/api/v1/readings?${lastDay(ids)}&every=15m&aggregate=count`);
  return series.filter((one) => one.points.length >= QUARTER_HOURS).map((one) => one.tag);
}

/** Switches and texts: the quarter hours in which a reading lies. */
async function filledByPoints(get, ids) {
  if (ids.length === 0) return [];
  const { series } = await get(`/api/v1/readings?${lastDay(ids)}`);
  const quarters = (points) => new Set(points.map(([time]) => Math.floor(Date.parse(time) / 900_000))).size;
  return series.filter((one) => quarters(one.points) >= QUARTER_HOURS).map((one) => one.tag);
}

function lastDay(ids) {
  const to = new Date();
  const from = new Date(to.getTime() - DAY_MS);
  return new URLSearchParams({ tags: ids.join(','), from: from.toISOString(), to: to.toISOString() });
}
