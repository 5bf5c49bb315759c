// An HJ 212 source in a process of its own, to be killed: source, intake and spool as the platform wires them.
import { Hj212Source } from '../../gateway/hj212/hj212-source.ts';
import { Intake } from '../../gateway/intake.ts';
import { openSpool } from '../../gateway/lmdb-spool.ts';
import { systemClock } from '../../model/clock.ts';
import type { Plant } from '../../model/plant.ts';
import { loadPlant } from '../../plant/load.ts';
import type { Hj212SourceFile } from '../../plant/source-schema.ts';

const [plantFile = '', folder = ''] = process.argv.slice(3);
const { plant, file }: { plant: Plant; file: { sources: Record<string, unknown> } } = loadPlant(plantFile);
const spool = openSpool({ dir: folder, gateway: 'test' });
const intake = new Intake({ plant, spool, quarantine: { put: async () => undefined }, clock: systemClock });
const source = new Hj212Source({
  ...{ id: 'loggers', tags: plant.tags, clock: systemClock },
  config: file.sources.loggers as Hj212SourceFile,
});
await source.start(intake);
process.send?.('listening');
