// Takes the picture of the README from a running platform: node scripts/screenshot.mjs START-LINK [FILE] [light|dark]
import { chromium } from 'playwright-core';

const [link, file = 'docs/overview.png', colorScheme = 'dark'] = process.argv.slice(2);
if (link === undefined) {
  process.stderr.write('usage: node scripts/screenshot.mjs START-LINK [FILE] [light|dark]\n');
  process.exit(2);
}
const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
  args: ['--headless', '--no-sandbox', '--disable-gpu', '--disable-background-networking', '--disable-sync'],
});
const page = await browser.newPage({ viewport: { width: 1440, height: 1000 }, colorScheme });
await page.goto(link);
// The wall of readings stands last: once its curves are drawn, all is.
await page.locator('.wall-row svg path').first().waitFor();
await page.waitForLoadState('load');
await page.screenshot({ path: file });
await browser.close();
