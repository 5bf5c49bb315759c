import type { Command } from 'commander';
import type { Series } from '../api/schemas/readings.ts';
import type { Asset, Tag } from '../model/plant.ts';
import { loadPlant } from '../plant/load.ts';
import { type CommissioningMeter, commissionMeters } from '../scenarios/energy/commissioning-run.ts';
import {
  type CommissioningQuantity,
  commissioningQuantities,
  commissioningSamples,
  type ValuesByTime,
} from '../scenarios/energy/commissioning-samples.ts';
import { printJson } from './io.ts';
import { issueToken, platformUrl, request, URL_DEFAULT_TEXT } from './platform-request.ts';

interface CommissionOptions {
  readonly config: string;
  readonly data: string;
  readonly url?: string;
  readonly token?: string;
}

/** `plantscope commission`: `{meters: [{meter, findings, isAccepted}]}` on standard output, from the last day of readings. */
export function register(program: Command): void {
  program
    .command('commission')
    .description(
      'Find wrongly wired and wrongly scaled electricity meters in the last day of a running platform',
    )
    .option('--config <file>', 'plant file', 'plant.yaml')
    .option('--data <folder>', 'data folder of the platform, to make a token for this run', 'data')
    .option('--url <url>', `the running platform (${URL_DEFAULT_TEXT})`)
    .option('--token <token>', 'access token, in place of --data')
    .action(commission);
}

async function commission(options: CommissionOptions): Promise<void> {
  const { config, data, token } = options;
  const url = platformUrl(options);
  const { assets } = loadPlant(config).plant;
  const access = token ?? issueToken(data, 'viewer', 'plantscope commission');
  const meters: CommissioningMeter[] = [];
  for (const asset of assets.filter(({ nature }) => nature.name === 'electricity-meter')) {
    meters.push(await observed(asset, url, access));
  }
  printJson({ meters: commissionMeters(meters) });
}

/** The meter's last day, minute by minute: registers as they stood first, powers and currents as means. */
async function observed(asset: Asset, url: string, token: string): Promise<CommissioningMeter> {
  const tags = asset.tags.filter(({ quantity }) => isCommissioned(quantity));
  const registers = tags.filter(({ definition }) => definition.cumulates);
  const powers = tags.filter(({ definition }) => !definition.cumulates);
  const series = [
    ...(await minutesOf(registers, 'first', url, token)),
    ...(await minutesOf(powers, 'time-weighted-mean', url, token)),
  ];
  return {
    id: asset.id,
    ...(asset.parent !== undefined && { parent: asset.parent }),
    samples: commissioningSamples(Object.fromEntries(series)),
  };
}

const isCommissioned = (quantity: string): quantity is CommissioningQuantity =>
  commissioningQuantities.some((name) => name === quantity);

/** Without `from` and `to` the platform answers its own last 24 hours, whatever this computer's clock says. */
async function minutesOf(
  tags: readonly Tag[],
  aggregate: 'first' | 'time-weighted-mean',
  url: string,
  token: string,
): Promise<[quantity: string, values: ValuesByTime][]> {
  if (tags.length === 0) return [];
  const parameters = { tags: tags.map(({ id }) => id).join(','), every: '1m', aggregate };
  const address = new URL(`/api/v1/readings?${new URLSearchParams(parameters)}`, url);
  const response = await request(address, 'GET', token);
  const { series } = (await response.json()) as { series: Series[] };
  const quantities = new Map(tags.map(({ id, quantity }) => [id, quantity]));
  return series.map(({ tag, points }) => [quantities.get(tag) ?? tag, valuesByTime(points)]);
}

const valuesByTime = (points: Series['points']): ValuesByTime =>
  new Map(points.flatMap(([time, value]) => (typeof value === 'number' ? [[Date.parse(time), value]] : [])));
