import { AxeBuilder } from '@axe-core/playwright';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { systemClock } from '../../model/clock.ts';
import { quarterHourMs } from '../../model/window.ts';
import type { ResultRow, ResultsQuery } from '../../store/time-series-store.ts';
import { demoBackend } from '../api/demo-backend.ts';
import { demoCondition } from '../api/demo-condition.ts';
import { browserPath, startBrowser } from '../peers/browser.ts';
import { buildConsole, openConsole } from './console-fixture.ts';

/** An unbalance of the fan, told two quarters of an hour ago, on top of what the demo store makes up. */
function withDiagnosis() {
  const { store } = demoBackend();
  const timeMs = Math.floor(Date.now() / quarterHourMs) * quarterHourMs - 2 * quarterHourMs;
  const evidence = { observation: 'share1x', observed: 0.93, atLeast: 0.75, weight: 4 };
  const against = { observation: 'kurtosis', observed: 7, below: 5, weight: 1 };
  const hypothesis = {
    ...{ fault: 'unbalance', name: { en: 'Unbalance', zh: '不平衡' }, confidence: 0.9, urgency: 'plan' },
    ...{ advice: 'Balance it.', source: 'a chart', evidenceFor: [evidence], evidenceAgainst: [against] },
    missing: ['axialToRadial'],
  };
  const told: ResultRow = {
    ...{ measurement: 'machine_diagnosis', series: { asset: 'fan-1' }, timeMs },
    fields: {
      ...{ fault: 'unbalance', said: true, confidence: 0.9, urgency: 'plan', advice: 'Balance it.' },
      ...{ abnormal: 'velocity above its baseline', ranked: JSON.stringify([hypothesis]), recordings: 1 },
      ...{ waveform: '', modelVersion: 1, method: 'rules', edition: 'ISO 13379-1 procedure' },
    },
  };
  const results = async (query: ResultsQuery): Promise<readonly ResultRow[]> =>
    query.measurement === told.measurement ? [told] : store.results(query);
  return Object.assign(Object.create(store) as typeof store, { results });
}

describe.skipIf(browserPath() === undefined)('the machine page in a browser', () => {
  let browser: Browser;
  let folder: string;
  beforeAll(async () => {
    folder = buildConsole();
    browser = await startBrowser();
  }, 120_000);
  afterAll(() => browser?.close());

  it('lists the fleet by what needs attention, each machine with a link to its page', async () => {
    const { page, backend, visit, troubles } = await openConsole(browser, folder);
    await visit('/equipment');
    const machines = backend.plant.assets.filter(({ nature }) => nature.scenario === 'equipment');
    expect(await page.locator('table.attention tbody tr').count()).toBe(machines.length);
    await page.locator('table.attention a[href="/equipment/fan-1"]').click();
    await page.getByRole('heading', { level: 1, name: 'Exhaust fan' }).waitFor();
    expect(troubles).toEqual([]);
  }, 120_000);

  it('shows a told fault with its evidence and advice, and spectra with marked frequencies', async () => {
    const { page, visit, troubles } = await openConsole(browser, folder, {}, { store: withDiagnosis() });
    await visit('/equipment/fan-1');
    const card = page.locator('section[aria-label="Diagnosis"]');
    const text = (await card.textContent()) ?? '';
    expect(text).toContain('Unbalance, Confidence 90.0 %');
    expect(text).toContain('Balance it.');
    expect(text).toContain('share of the growth at shaft speed: 93.0 % (≥ 75.0 %)');
    expect(text).toContain('kurtosis: 7.00 (< 5.00)');
    expect(text).toContain('axial over radial vibration');
    for (const title of ['Velocity spectrum', 'Envelope spectrum', 'Spectra over time'])
      await page.locator(`section[aria-label="${title}"] canvas`).first().waitFor();
    expect(troubles).toEqual([]);
  }, 120_000);

  it('takes the verdict of an operator, and has no buttons that judge where nothing was told', async () => {
    const condition = demoCondition(() => systemClock.nowMs());
    const { page, visit } = await openConsole(browser, folder, {}, { store: withDiagnosis(), condition });
    await visit('/equipment/fan-1');
    await page.getByRole('button', { name: 'No such fault' }).click();
    await page.getByText('✓ Written down').waitFor();
    expect(condition.given[0]?.entry).toMatchObject({
      asset: 'fan-1',
      fault: 'unbalance',
      verdict: 'rejected',
    });
    const other = await openConsole(browser, folder);
    await other.visit('/equipment/pump-1');
    expect(await other.page.getByRole('button', { name: 'The fault is there' }).count()).toBe(0);
    await other.page.getByText('No fault is told').waitFor();
  }, 120_000);

  it.each(['light', 'dark'] as const)(
    'is accessible in %s, on a desk and on a phone',
    async (colorScheme) => {
      for (const viewport of [
        { width: 1440, height: 900 },
        { width: 390, height: 844 },
      ]) {
        const options = { colorScheme, viewport };
        const { page, visit } = await openConsole(browser, folder, options, { store: withDiagnosis() });
        await visit('/equipment/fan-1');
        const { violations } = await new AxeBuilder({ page }).analyze();
        expect(violations.map(({ id, nodes }) => `${id}: ${nodes[0]?.html}`)).toEqual([]);
        const width = await page.evaluate('document.documentElement.scrollWidth');
        expect(width).toBeLessThanOrEqual(viewport.width);
      }
    },
    240_000,
  );
});
