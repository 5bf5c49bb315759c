import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { onTestFinished } from 'vitest';
import type { AppDeps } from '../../api/app.ts';
import { startServer } from '../../api/server.ts';
import { type DemoBackend, demoBackend, readingsNow } from '../api/demo-backend.ts';

const root = join(import.meta.dirname, '..', '..');
/** Compiles the console as it is now into a folder of its own, so that the test never sees an old build. */
export function buildConsole(): string {
  const out = mkdtempSync(join(tmpdir(), 'plantscope-console-'));
  const compiler = join(root, 'node_modules', 'typescript', 'bin', 'tsc');
  execFileSync(process.execPath, [compiler, '-p', join(root, 'console'), '--outDir', out]);
  const folder = join(out, 'console');
  for (const asset of ['index.html', 'icon.svg', 'styles']) {
    cpSync(join(root, 'console', asset), join(folder, asset), { recursive: true });
  }
  mkdirSync(join(folder, 'vendor'), { recursive: true });
  mkdirSync(join(out, 'dashboards'), { recursive: true });
  for (const [from, to] of [
    ['uplot/dist/uPlot.esm.js', 'uplot.js'],
    ['uplot/dist/uPlot.min.css', 'uplot.css'],
    ['echarts/dist/echarts.esm.min.mjs', 'echarts.js'],
  ] as const) {
    symlinkSync(join(root, 'node_modules', from), join(folder, 'vendor', to));
  }
  return folder;
}

export interface OpenConsole {
  readonly page: Page;
  readonly backend: DemoBackend;
  /** Errors of the page's scripts, of the content security policy, and answers of 400 and more. */
  readonly troubles: readonly string[];
  /** Shows a page and waits until nothing is loading. */
  visit(path: string): Promise<void>;
}

/** The console on a server with generated readings, signed in through the start link. */
export async function openConsole(
  browser: Browser,
  consoleFolder: string,
  options: BrowserContextOptions = {},
  changes: Partial<AppDeps> = {},
): Promise<OpenConsole> {
  const backend = { ...demoBackend(changes.clock), ...changes };
  backend.push(readingsNow(backend.plant, backend.clock.nowMs()));
  const server = await startServer({ ...backend, consoleFolder }, { host: '127.0.0.1', port: 0 });
  const context = await browser.newContext({ locale: 'en-GB', ...options });
  onTestFinished(async () => {
    await context.close();
    await server.close();
  });
  const page = await context.newPage();
  const troubles: string[] = [];
  page.on('pageerror', (error) => troubles.push(error.message));
  page.on('console', (message) => message.type() === 'error' && troubles.push(message.text()));
  page.on(
    'response',
    (answer) => answer.status() >= 400 && troubles.push(`${answer.status()} ${answer.url()}`),
  );
  const token = backend.tokens.issue({ role: 'operator', label: 'browser test' });
  await page.goto(`${server.url}/?token=${token}`);
  const visit = async (path: string): Promise<void> => {
    await page.goto(server.url + path);
    await page.locator('.shell main .page > *').first().waitFor();
    await page.waitForSelector('.loading', { state: 'detached' });
  };
  return { page, backend, troubles, visit };
}
