import { existsSync } from 'node:fs';
import { type Browser, chromium } from 'playwright-core';
import { skipReason } from '../datasets.ts';

const executablePath = process.env.CHROMIUM ?? '/usr/bin/chromium';

/** Without these, Chromium looks up hosts of its maker at every start. */
const quiet = [
  '--headless',
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

/** Where the browser is, or undefined (with a printed reason) where there is none. */
export function browserPath(): string | undefined {
  return existsSync(executablePath)
    ? executablePath
    : skipReason('chromium', `no ${executablePath} (set CHROMIUM)`);
}

export function startBrowser(): Promise<Browser> {
  return chromium.launch({ executablePath, args: quiet });
}
