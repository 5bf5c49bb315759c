import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { hasSchemathesis, runSchemathesis } from '../peers/schemathesis.ts';
import { startProcess } from './process.ts';
import { freePort, newDataFolder } from './test-platform.ts';

/** The demo plant on ports of its own, with an hour of history: enough to ask for, and soon there. */
async function demoPlantFile(folder: string): Promise<string> {
  const text = readFileSync(new URL('../../plant.yaml', import.meta.url), 'utf8');
  const path = join(folder, 'plant.yaml');
  const [opcua, broker] = [await freePort(), await freePort()];
  const ownPorts = text.replace(/:4842\b/g, `:${opcua}`).replaceAll('backfill: 3d', 'backfill: 1h');
  writeFileSync(path, `broker: { kind: embedded, port: ${broker} }\n${ownPorts}`);
  return path;
}

test.runIf(hasSchemathesis())(
  'the running API is what its OpenAPI document says, whatever it is asked',
  async () => {
    const { root } = newDataFolder();
    const platform = await startProcess(await demoPlantFile(root), root);
    const { code, report } = await runSchemathesis(`${platform.url}/docs/json`, platform.token, [
      // An event stream has no end to wait for.
      ...['--exclude-path-regex', 'stream', '--phases', 'examples,coverage', '--request-timeout', '60'],
      // Two times may each be right and yet not in order: the document can't say so.
      ...['--exclude-checks', 'positive_data_acceptance', '--no-color'],
    ]);
    await platform.interrupt();
    expect(report).toContain('Tested:');
    expect(code, report.slice(report.indexOf('= FAILURES')).slice(0, 12_000)).toBe(0);
  },
  300_000,
);
