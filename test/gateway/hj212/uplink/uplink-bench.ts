import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { FigureSource } from '../../../../gateway/hj212/uplink/lane.ts';
import { lmdbUplinkState } from '../../../../gateway/hj212/uplink/lmdb-uplink-state.ts';
import { createUplink, type Uplink } from '../../../../gateway/hj212/uplink/uplink.ts';
import type { Hj212PlatformFile } from '../../../../plant/hj212-schema.ts';
import { plantOf } from '../../../plant-of.ts';

export const stackMN = '010000A8900016F000169DC0';
export const waterMN = '010000A8900016F000169DC1';
export const beginMs = Date.UTC(2026, 0, 5, 0, 0, 0);

const { plant } = plantOf(`
version: 1
site: { id: demo, name: Demo, timeZone: Asia/Shanghai }
sources: { plc: { kind: modbus, host: 127.0.0.1 } }
areas:
  - { id: a, lines: [{ id: l, assets: [
      { id: stack-1, nature: stack-monitor, source: plc, tags: {
          so2: { address: unit=1;holding=1 }, oxygen: { address: unit=1;holding=2 },
          flow: { address: unit=1;holding=3 } } },
      { id: outlet-1, nature: wastewater-outlet, source: plc, tags: {
          flow: { address: unit=2;holding=1 }, cod: { address: unit=2;holding=2 } } } ] }] }
`);

/** Figures that tell their window: the mean is the minute since the beginning. */
export const tellingFigures: FigureSource = {
  figures: async (_asset, _period, { startMs }) => {
    const mean = (startMs - beginMs) / 60_000;
    const one = { mean, min: mean - 1, max: mean + 1, flag: 'N' };
    const so2 = { ...one, corrected: { mean: mean * 2 }, total: 1.2345 };
    return { so2, oxygen: one, flow: { ...one, total: 7 }, cod: one };
  },
};

/** An uplink with a clock of its own and its state on disk, which can be stopped and started again. */
export class UplinkBench {
  readonly clock = { ms: beginMs, nowMs: () => this.clock.ms };
  readonly troubles: string[] = [];
  readonly #folder = mkdtempSync(join(tmpdir(), 'plantscope-uplink-'));
  readonly #platforms: readonly Hj212PlatformFile[];
  readonly #figures: FigureSource;
  readonly #secrets: Readonly<Record<string, string>>;
  #state: ReturnType<typeof lmdbUplinkState> | undefined;
  uplink: Uplink | undefined;

  constructor(
    platforms: readonly (Partial<Hj212PlatformFile> & { readonly id: string; readonly port: number })[],
    figures: FigureSource = tellingFigures,
    secrets: Readonly<Record<string, string>> = {},
  ) {
    const common = { host: '127.0.0.1', passwordFile: 'pw', overTime: '40ms', reCount: 3 };
    this.#platforms = platforms.map((platform) => ({ ...common, ...platform }));
    this.#figures = figures;
    this.#secrets = { pw: '123456', ...secrets };
  }

  start(): Uplink {
    this.#state = lmdbUplinkState(join(this.#folder, 'state'));
    this.uplink = createUplink({
      ...{ plant, figures: this.#figures, state: this.#state, clock: this.clock },
      file: {
        stations: [
          { mn: stackMN, asset: 'stack-1' },
          { mn: waterMN, asset: 'outlet-1' },
        ],
        platforms: [...this.#platforms],
      },
      readSecret: (path) => this.#secrets[path] ?? '',
      onTrouble: (message) => this.troubles.push(message),
      ...{ pollMs: 5, reconnectMs: 5 },
    });
    this.uplink.start();
    return this.uplink;
  }

  async stop(): Promise<void> {
    await this.uplink?.stop();
    await this.#state?.close();
    this.uplink = undefined;
    this.#state = undefined;
  }

  async remove(): Promise<void> {
    await this.stop();
    rmSync(this.#folder, { recursive: true });
  }
}
