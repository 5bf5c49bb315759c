// A gateway in a process of its own, to be killed: OPC UA source, intake and spool as the platform wires them.
import { pino } from 'pino';
import { outliveFailedCommits } from '../../cli/failed-commits.ts';
import { Intake } from '../../gateway/intake.ts';
import { openSpool } from '../../gateway/lmdb-spool.ts';
import { lmdbGapStore } from '../../gateway/opcua/lmdb-gap-store.ts';
import { createOpcuaSource } from '../../gateway/opcua/opcua-source.ts';
import type { OpcuaTiming } from '../../gateway/opcua/timing.ts';
import { systemClock } from '../../model/clock.ts';
import type { Plant, Tag } from '../../model/plant.ts';
import type { OpcuaSourceFile } from '../../plant/source-schema.ts';

interface GatewayArguments {
  readonly folder: string;
  readonly pkiFolder: string;
  readonly config: OpcuaSourceFile;
  readonly tags: readonly Tag[];
  readonly timing: OpcuaTiming;
}

outliveFailedCommits();
const { folder, pkiFolder, config, tags, timing } = JSON.parse(process.argv[3] ?? '{}') as GatewayArguments;
const plant: Plant = {
  site: { id: 'test', name: 'test', timeZone: 'UTC' },
  assets: [],
  assetsById: new Map(),
  tags,
  tagsById: new Map(tags.map((tag) => [tag.id, tag])),
};
const spool = openSpool({ dir: `${folder}/spool`, gateway: 'test' });
const intake = new Intake({ plant, spool, quarantine: { put: async () => undefined }, clock: systemClock });
const source = createOpcuaSource({
  id: 'plc1',
  config,
  tags,
  pkiFolder,
  clock: systemClock,
  logger: pino({ level: 'silent' }),
  readSecret: () => '',
  gaps: lmdbGapStore(`${folder}/gaps`),
  timing,
});
await source.start(intake);
setInterval(() => {
  const { state, lastError } = spool.health();
  process.send?.({
    readings: spool.size(),
    openGaps: source.health().counters.openGaps ?? 0,
    queue: source.health().queue ?? 0,
    spoolState: state,
    spoolError: lastError?.message ?? '',
  });
}, 100);
