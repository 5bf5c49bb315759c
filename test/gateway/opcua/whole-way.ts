import { onTestFinished } from 'vitest';
import { createGateway } from '../../../gateway/gateway.ts';
import { openSpool } from '../../../gateway/lmdb-spool.ts';
import type { OpcuaSource } from '../../../gateway/opcua/opcua-source.ts';
import type { Spool } from '../../../gateway/spool.ts';
import { BrokerCredentials, gatewayRights } from '../../../ingest/broker-credentials.ts';
import { type EmbeddedBroker, startEmbeddedBroker } from '../../../ingest/embedded-broker.ts';
import { decodeBatch, encodeStoredReport, storedTopic } from '../../../model/batch.ts';
import { systemClock } from '../../../model/clock.ts';
import type { Plant, Tag } from '../../../model/plant.ts';
import { freePort, temporaryFolder } from '../../peers/opcua-server.ts';
import { RecordingSink } from './harness.ts';

export interface WholeWay {
  readonly spool: Spool;
  /** What came out at the far end, behind the broker. */
  readonly stored: RecordingSink;
  stopBroker(): Promise<void>;
  startBroker(): Promise<void>;
}

const gatewayId = 'test';

/** A source, spool and publisher in front of a broker that can be taken away; behind it, what is stored. */
export async function startWholeWay(source: OpcuaSource, tags: readonly Tag[]): Promise<WholeWay> {
  const folder = temporaryFolder('whole-way');
  const credentials = BrokerCredentials.open(folder);
  const { password } = credentials.ensure('gateway', gatewayRights(gatewayId));
  const quarantine = { put: async () => undefined };
  const stored = new RecordingSink();
  const port = await freePort();
  let broker: EmbeddedBroker | undefined;
  const startBroker = async (): Promise<void> => {
    broker = await startEmbeddedBroker({
      ...{ host: '127.0.0.1', port, credentials, quarantine },
      isDeviceTopic: () => false,
      onDevicePublish: async () => undefined,
      onBatch: async (_, payload) => {
        const { epoch, sequence, readings } = decodeBatch(payload.toString());
        await stored.accept(readings);
        broker?.publish(storedTopic(gatewayId), encodeStoredReport({ epoch, sequences: [sequence] }));
      },
    });
  };
  const stopBroker = async (): Promise<void> => {
    await broker?.close();
    broker = undefined;
  };
  await startBroker();
  const spool = openSpool({ dir: `${folder}/spool`, gateway: gatewayId });
  const plant = { tags, tagsById: new Map(tags.map((tag) => [tag.id, tag])) } as unknown as Plant;
  const gateway = createGateway({
    ...{ plant, spool, quarantine, clock: systemClock, sources: [source] },
    publisher: { url: `mqtt://127.0.0.1:${port}`, username: 'gateway', password, reconnectMs: 100 },
  });
  onTestFinished(async () => {
    await gateway.stop();
    await stopBroker();
    await spool.close();
  });
  await gateway.start();
  return { spool, stored, startBroker, stopBroker };
}
