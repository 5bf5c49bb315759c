import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { parseItems } from '../../gateway/hj212/protocol/items.ts';
import { SiteLink } from '../../gateway/hj212/protocol/site-link.ts';
import { formatTime, RequestNumbers } from '../../gateway/hj212/protocol/time.ts';
import { ChaosPlatform, peace } from '../gateway/hj212/uplink/chaos-platform.ts';
import { patiently } from '../patiently.ts';
import { freePort, newDataFolder, startTestPlatform } from './test-platform.ts';

const stops: (() => Promise<void> | void)[] = [];
afterEach(async () => {
  for (const stop of stops.splice(0).reverse()) await stop();
});

const MN = '010000A8900016F000169DC0';

interface UplinkRows {
  readonly rows: readonly {
    readonly platform: string;
    readonly connected: boolean;
    readonly lastAcknowledged?: string;
  }[];
}

test('what a logger sends reaches the authority, corrected to the reference oxygen, and the API tells so', {
  timeout: 90_000,
}, async () => {
  const authority = await ChaosPlatform.start(() => 0.5, peace);
  stops.push(() => authority.stop());
  const [port, brokerPort] = [await freePort(), await freePort()];
  const folder = newDataFolder();
  writeFileSync(join(folder.root, 'pw'), '654321\n', { mode: 0o600 });
  const platform = await startTestPlatform(
    `
version: 1
site: { id: demo, name: Demo, timeZone: Asia/Shanghai }
broker: { kind: embedded, port: ${brokerPort} }
northbound:
  hj212:
    stations: [{ mn: AUTHORITY1, asset: stack-1 }]
    platforms: [{ id: city, host: 127.0.0.1, port: ${authority.port}, passwordFile: pw, realtimeInterval: 1s, overTime: 30s }]
sources:
  loggers: { kind: hj212, port: ${port} }
areas:
  - id: a
    lines:
      - id: l
        assets:
          - id: stack-1
            nature: stack-monitor
            source: loggers
            base: ${MN}/
            properties: { referenceOxygenPct: 6 }
            tags: { oxygen: { address: a19001-Rtd }, so2: { address: a21026-Rtd } }
`,
    folder,
  );
  stops.push(() => platform.stop());
  const logger = new SiteLink({ host: '127.0.0.1', port, edition: '2017', overTimeMs: 30_000 });
  stops.push(() => logger.stop());
  logger.start();
  expect(await logger.connected()).toBe(true);
  const nowMs = Date.now();
  const outcome = await logger.upload({
    ...{ QN: new RequestNumbers(() => nowMs).next(), ST: '31', CN: '2011', PW: '123456', MN, Flag: '5' },
    cp: `DataTime=${formatTime(nowMs)};a21026-Rtd=100,a21026-Flag=N;a19001-Rtd=10,a19001-Flag=N`,
  });
  expect(outcome).toEqual({ kind: 'acknowledged' });
  const told = await patiently(() => {
    const frame = authority.received.find(({ CN, cp }) => CN === '2011' && cp.includes('a21026-Rtd'));
    expect(frame).toBeDefined();
    return frame;
  });
  expect(told).toMatchObject({ MN: 'AUTHORITY1', PW: '654321', ST: '31', edition: '2017' });
  // 100 x (21 - 6) / (21 - 10)
  expect(parseItems(told?.cp ?? '').items).toEqual({
    ...{ a21026: { Rtd: '100.00', ZsRtd: '136.36', Flag: 'N' }, a19001: { Rtd: '10.0', Flag: 'N' } },
  });
  await patiently(async () => {
    const { rows } = await platform.get<UplinkRows>('/api/v1/environment/uplink');
    expect(rows).toMatchObject([{ platform: 'city', connected: true, lastAcknowledged: expect.any(String) }]);
  });
  expect(platform.health().find(({ station }) => station === 'uplink:city')).toMatchObject({ state: 'ok' });
});
