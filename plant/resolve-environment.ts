import { PlantCalendar } from '../model/calendar.ts';
import { standardTable } from '../model/emission-standards.ts';
import { natures } from '../model/natures.ts';
import type { EmissionLimit, Instrument, OutletRegistration } from '../model/outlet.ts';
import { parseDurationMs } from '../model/window.ts';
import type { InstrumentFile, OutletFile } from './environment-schema.ts';
import type { PlantFile } from './schema.ts';
import { placedAssets } from './walk.ts';

/** Zero and span drift over 24 h, per cent of the range; from one secondary source, other texts differ. */
const DRIFT_LIMIT_PCT = 2.5;

type InstantOf = (day: string) => number;

/** What the file registers of each outlet and station, by asset. */
export function resolveOutlets(file: PlantFile): ReadonlyMap<string, OutletRegistration> {
  const { outlets = [], instruments = [] } = file.environment ?? {};
  const calendar = new PlantCalendar(file.site.timeZone);
  const instantOf: InstantOf = (day) => calendar.parse(day) ?? 0;
  const natureOf = new Map(placedAssets(file).map(({ asset }) => [asset.id, asset.nature]));
  const assets = new Set([...outlets, ...instruments].map(({ asset }) => asset));
  return new Map(
    [...assets].map((id) => {
      const outlet = outlets.find(({ asset }) => asset === id) ?? { asset: id };
      const own = instruments.filter(({ asset }) => asset === id);
      return [id, resolveOutlet(outlet, own, natureOf.get(id) ?? '', instantOf)];
    }),
  );
}

function resolveOutlet(
  outlet: OutletFile,
  instruments: readonly InstrumentFile[],
  nature: string,
  instantOf: InstantOf,
): OutletRegistration {
  const { permit, sources = [], facilities = [], totals = [], ratios = [] } = outlet;
  return {
    ...(permit && {
      permit: {
        number: permit.number,
        ...(permit.authority !== undefined && { authority: permit.authority }),
        fromMs: instantOf(permit.from),
        untilMs: instantOf(permit.until),
      },
    }),
    ...{ sources, facilities, totals, ratios },
    limits: [...standardLimits(outlet, instantOf), ...localLimits(outlet, nature, instantOf)],
    instruments: instruments.map((one) => resolveInstrument(one, instantOf)),
  };
}

function standardLimits({ standards = [] }: OutletFile, instantOf: InstantOf): EmissionLimit[] {
  return standards.flatMap(({ table: id, from, until }) => {
    const table = standardTable(id);
    if (!table) throw new RangeError(`table ${id} was not checked`);
    return Object.entries(table.limits).flatMap(([pollutant, bounds]) =>
      limitsOf(bounds, {
        ...{ pollutant, unit: unitOf(pollutant, table.unit), basis: table.id },
        ...span(from ?? table.from, until, instantOf),
      }),
    );
  });
}

function localLimits({ local = [] }: OutletFile, nature: string, instantOf: InstantOf): EmissionLimit[] {
  return local.flatMap(({ pollutant, edition, from = '1970-01-02', until, ...bounds }) =>
    limitsOf(bounds, {
      ...{ pollutant, basis: edition },
      unit: natures[nature]?.quantities[pollutant]?.unit ?? '1',
      ...span(from, until, instantOf),
    }),
  );
}

const span = (from: string, until: string | undefined, instantOf: InstantOf) => ({
  fromMs: instantOf(from),
  ...(until !== undefined && { untilMs: instantOf(until) }),
});

const unitOf = (pollutant: string, unit: string): string =>
  ({ ph: 'pH', ringelmann: '1' })[pollutant] ?? unit;

function limitsOf(
  { high, low }: { readonly high?: number; readonly low?: number },
  rest: Omit<EmissionLimit, 'side' | 'value'>,
): EmissionLimit[] {
  return [
    ...(high === undefined ? [] : [{ ...rest, side: 'high' as const, value: high }]),
    ...(low === undefined ? [] : [{ ...rest, side: 'low' as const, value: low }]),
  ];
}

function resolveInstrument(
  { id, name, ranges, checkGases = {}, driftLimitPct = DRIFT_LIMIT_PCT, duties = [] }: InstrumentFile,
  instantOf: InstantOf,
): Instrument {
  return {
    ...{ id, name: name ?? id, ranges, checkGases, driftLimitPct },
    duties: duties.map(({ kind, every, last, note }) => ({
      ...{ kind, everyMs: parseDurationMs(every) ?? 0, lastMs: instantOf(last) },
      ...(note !== undefined && { note }),
    })),
  };
}
