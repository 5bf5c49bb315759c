import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { BrokerAccess } from '../../gateway/broker-link.ts';
import { Intake } from '../../gateway/intake.ts';
import { openSpool } from '../../gateway/lmdb-spool.ts';
import { Publisher } from '../../gateway/publisher.ts';
import type { Spool } from '../../gateway/spool.ts';
import { BrokerCredentials, gatewayRights } from '../../ingest/broker-credentials.ts';
import { systemClock } from '../../model/clock.ts';
import { PlantscopeError } from '../../model/error.ts';
import type { Refusal } from '../../model/refusal.ts';
import type { LoadedPlant } from '../../plant/load.ts';
import type { DataFolder } from '../platform/data-folder.ts';
import { secretReader } from '../platform/secret-file.ts';
import { type ImportWay, importGateway, importSpoolFolder } from './import-way.ts';

/** Readings on the way at most; the file is read on as they are reported stored. */
const MOST_WAITING = 100_000;
const LOOK_EVERY_MS = 20;
const PATIENCE_MS = 60_000;
const REFUSALS_TOLD = 20;

/**
 * A platform runs, here or apart: the import is a gateway of its own that sends its batches to the broker and waits until
 * ingest reports them stored.
 */
export async function throughBroker(loaded: LoadedPlant, folder: DataFolder): Promise<ImportWay> {
  const { plant, file } = loaded;
  const gateway = importGateway(file.gateway?.id ?? plant.site.id);
  const spool = openSpool({ dir: join(folder.root, importSpoolFolder), gateway, clock: systemClock });
  const publisher = new Publisher({ ...brokerOf(loaded, folder, gateway), spool, clock: systemClock });
  const refused = new RefusedRows();
  const intake = new Intake({ plant, spool, quarantine: refused, clock: systemClock });
  publisher.start();
  const before = spool.size();
  return {
    sink: {
      accept: async (readings) => {
        await intake.accept(readings);
        await until(() => spool.size() <= MOST_WAITING, spool, publisher);
      },
      refuse: (refusals) => intake.refuse(refusals),
      newestTimeMs: (tag) => intake.newestTimeMs(tag),
    },
    finished: () => until(() => spool.size() === 0, spool, publisher),
    counts: () => ({ stored: Math.max(0, (spool.health().counters.confirmed ?? 0) - before), refused: 0 }),
    whereRefused: `Rows that are no readings are named above (at most ${REFUSALS_TOLD}); what ingest refuses is in the platform's quarantine.`,
    close: async () => {
      await publisher.stop();
      await spool.close();
    },
  };
}

function brokerOf({ file, path }: LoadedPlant, folder: DataFolder, gateway: string): BrokerAccess {
  const { broker } = file;
  if (broker?.kind !== 'external') return embeddedBroker(folder, gateway);
  const readSecret = secretReader(path);
  return {
    url: broker.url,
    ...(broker.username !== undefined && { username: broker.username }),
    ...(broker.passwordFile !== undefined && { password: readSecret(broker.passwordFile) }),
    ...(broker.caFile !== undefined && { tls: { ca: readSecret(broker.caFile) } }),
  };
}

/** @throws PlantscopeError `store-in-use` where what has the store open is no platform */
function embeddedBroker({ root, brokerUrl, store }: DataFolder, gateway: string): BrokerAccess {
  if (!existsSync(brokerUrl)) {
    throw new PlantscopeError('store-in-use', 'Another command has the store open', {
      where: store,
      hint: 'Wait until it is done.',
      retryable: true,
    });
  }
  const username = 'history-import';
  const { password } = BrokerCredentials.open(root).ensure(username, gatewayRights(gateway));
  return { url: readFileSync(brokerUrl, 'utf8'), username, password };
}

/** Waits as long as something is confirmed now and then. @throws PlantscopeError `import-stalled` */
async function until(isReached: () => boolean, spool: Spool, publisher: Publisher): Promise<void> {
  let [size, sinceMs] = [spool.size(), performance.now()];
  while (!isReached()) {
    await delay(LOOK_EVERY_MS);
    if (spool.size() !== size) [size, sinceMs] = [spool.size(), performance.now()];
    if (performance.now() - sinceMs > PATIENCE_MS) throw stalled(size, publisher);
  }
}

function stalled(size: number, publisher: Publisher): PlantscopeError {
  const { summary, lastError } = publisher.health();
  const why = lastError?.message ?? summary;
  return new PlantscopeError(
    'import-stalled',
    `${size} readings wait and nothing was stored for a minute: ${why}`,
    {
      retryable: true,
      hint: 'Is the platform running with this plant file? The next import sends what waits first.',
    },
  );
}

/** Another process holds the quarantine: what is no reading is told here. */
class RefusedRows {
  #told = 0;

  async put(refusals: readonly Refusal[]): Promise<void> {
    for (const { where, message } of refusals) {
      if (this.#told++ < REFUSALS_TOLD) process.stderr.write(`${where}: ${message}\n`);
    }
  }
}
