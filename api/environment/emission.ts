import { dayMs, hourMs, type TimeWindow } from '../../model/window.ts';
import { localPeriods } from '../../scenarios/environment/local-period.ts';
import { totalsOf } from '../../scenarios/environment/outlet-limits.ts';
import { permitStanding } from '../../scenarios/environment/permit.ts';
import { HJ75_2017 } from '../../scenarios/environment/stack-rules.ts';
import { emittedMass } from '../../scenarios/runner/outlet-record.ts';
import type { Backend } from '../ports.ts';
import { iso } from '../query/answer.ts';
import { LOOK_BACK_MS, type OutletPeriod, outletPeriods, passedCalibrations } from './outlet-periods.ts';
import { type Outlet, outletHours, outletsOf, rowsOf, type SeriesOfHours } from './outlet-rows.ts';

type Reader = Pick<Backend, 'store' | 'plant' | 'calendar' | 'clock'>;

/** The end of the last full hour. */
const lastHourMs = ({ clock }: Pick<Backend, 'clock'>): number => Math.floor(clock.nowMs() / hourMs) * hourMs;

/** Days, months, quarters or years of the outlets that begin in the span. */
export async function periodsOf(
  backend: Reader,
  kind: 'day' | 'month' | 'quarter' | 'year',
  span: TimeWindow,
  asset?: string,
): Promise<OutletPeriod[]> {
  const { calendar } = backend;
  const startMs = calendar.startOf(kind === 'quarter' ? 'month' : kind, span.startMs);
  const whole = { startMs, endMs: span.endMs };
  const endMs = Math.min(span.endMs, lastHourMs(backend));
  const passed = passedCalibrations(await rowsOf(backend, 'instrument_check', lookedBack(whole)));
  const outlets = outletsOf(backend).filter(({ id }) => asset === undefined || id === asset);
  const periods: OutletPeriod[] = [];
  for (const outlet of outlets) {
    for (const series of await outletHours(backend, outlet, lookedBack(whole))) {
      const passedCalibrationsMs = passed.get(`${series.asset}.${series.pollutant}`) ?? [];
      periods.push(
        ...outletPeriods(outlet, series, { kind, span: whole, endMs, calendar, passedCalibrationsMs }),
      );
    }
  }
  return periods;
}

const lookedBack = ({ startMs, endMs }: TimeWindow): TimeWindow => ({
  startMs: startMs - LOOK_BACK_MS,
  endMs,
});

/** Mass and coverage of each outlet and pollutant over a span, gaps filled by the rules of the mass. */
export async function totalsOver(backend: Reader, span: TimeWindow) {
  const endMs = Math.min(span.endMs, lastHourMs(backend));
  const context = { endMs, periodOf: localPeriods(backend.calendar) };
  const rows = await Promise.all(
    outletsOf(backend).map(async (outlet) =>
      (await outletHours(backend, outlet, span))
        .filter(({ pollutant }) => pollutant !== 'ph')
        .map((series) => totalOf(outlet, series, span, context)),
    ),
  );
  return rows.flat();
}

function totalOf(
  { kind }: Outlet,
  { asset, pollutant, rows }: SeriesOfHours,
  span: TimeWindow,
  context: Parameters<typeof emittedMass>[3],
) {
  const { measuredKg, substitutedKg, totalKg, undeterminedHours } = emittedMass(
    kind,
    rows,
    pollutant,
    context,
  );
  const measured = rows.filter(({ fields }) => typeof fields.massKg === 'number');
  const valid = rows.filter(({ fields }) => fields.status !== 'invalid');
  return {
    ...{ asset, pollutant, massKg: measuredKg, substitutedKg, totalKg, undeterminedHours },
    ...{ measuredHours: measured.length, validHours: valid.length },
    captureRate: Math.min(1, valid.length / Math.max(1, (span.endMs - span.startMs) / hourMs)),
  };
}

/** Standing of the running year and month against every permitted total. */
export async function permitStandings(backend: Reader) {
  const { calendar, clock } = backend;
  const nowMs = clock.nowMs();
  const rows = await Promise.all(
    (['year', 'month'] as const).map(async (period) => {
      const window = { startMs: calendar.startOf(period, nowMs), endMs: calendar.startOfNext(period, nowMs) };
      const standings = await Promise.all(
        outletsOf(backend).map((outlet) => standingsOf(backend, outlet, period, window)),
      );
      return standings.flat();
    }),
  );
  return rows.flat();
}

async function standingsOf(backend: Reader, outlet: Outlet, period: 'year' | 'month', window: TimeWindow) {
  const nowMs = backend.clock.nowMs();
  const elapsedMs = Math.max(1, nowMs - window.startMs);
  const hours = await outletHours(backend, outlet, { startMs: window.startMs, endMs: nowMs });
  return hours.flatMap(({ pollutant, rows }) => {
    const { annualT, monthlyT } = totalsOf(outlet, pollutant);
    const permitT = period === 'year' ? annualT : monthlyT;
    if (permitT === undefined) return [];
    const context = { endMs: lastHourMs(backend), periodOf: localPeriods(backend.calendar) };
    const mass = emittedMass(outlet.kind, rows, pollutant, context);
    const coveredMs = mass.hours * hourMs;
    const { projectedT, exhaustedMs, ...standing } = permitStanding({
      ...{ emittedT: mass.totalKg / 1000, permitT, period: window, nowMs, coveredMs },
    });
    return [
      {
        ...{ asset: outlet.id, pollutant, period, ...standing },
        coveredShare: Math.min(1, coveredMs / elapsedMs),
        ...(projectedT !== undefined && { projectedT }),
        ...(exhaustedMs !== undefined && { exhausted: iso(exhaustedMs) }),
      },
    ];
  });
}

/** How much of the span's hours can be used, and what the others were lost to. */
export async function validityOf(backend: Reader, asked: TimeWindow) {
  // The hour that still fills is not lost yet.
  const span = { startMs: asked.startMs, endMs: Math.min(asked.endMs, lastHourMs(backend)) };
  const checks = await rowsOf(backend, 'instrument_check', span);
  const days = await periodsOf(backend, 'day', span);
  const rows = await Promise.all(
    outletsOf(backend).map(async (outlet) =>
      (await outletHours(backend, outlet, span)).map(({ asset, pollutant, rows: hours }) => {
        const invalid = hours.filter(({ fields }) => fields.status === 'invalid');
        const operating = hours.filter(({ fields }) => fields.status !== 'stopped').length;
        const own = days.filter((day) => day.asset === asset && day.pollutant === pollutant);
        const doubts = checks
          .filter(({ series }) => series.asset === asset && series.pollutant === pollutant)
          .flatMap(({ fields }) => String(fields.doubts ?? '').split(';'))
          .filter((doubt) => doubt !== '');
        const captureRate = operating === 0 ? undefined : (operating - invalid.length) / operating;
        return {
          ...{ asset, pollutant, days: own.length, invalidHours: invalid.length },
          ...(captureRate !== undefined && { captureRate }),
          validDays: own.filter(({ valid }) => valid).length,
          causes: counted(invalid.map(({ fields }) => String(fields.method))),
          doubts: counted(doubts),
          flagged: captureRate !== undefined && captureRate < HJ75_2017.minMonthlyCapture,
        };
      }),
    ),
  );
  return rows.flat();
}

function counted(words: readonly string[]): string {
  const counts = new Map<string, number>();
  for (const word of words) counts.set(word, (counts.get(word) ?? 0) + 1);
  return [...counts].map(([word, count]) => `${word}:${count}`).join(';');
}

/** What each outlet emits now: the newest reading as it is, and the newest hour as it is judged. */
export async function concentrationsNow(backend: Reader & Pick<Backend, 'live'>) {
  const nowMs = backend.clock.nowMs();
  const span = { startMs: nowMs - dayMs, endMs: nowMs };
  const rows = await Promise.all(
    outletsOf(backend).map(async (outlet) => {
      const hours = await outletHours(backend, outlet, span);
      const newest = new Map(
        backend.live.latest(outlet.tags.map(({ id }) => id)).map((reading) => [reading.tag, reading]),
      );
      const flag = newest.get(`${outlet.id}.dataFlag`)?.value;
      return hours.map(({ asset, pollutant, rows: own }) => {
        const reading = newest.get(`${asset}.${pollutant}`);
        const hour =
          own.findLast(({ fields }) => typeof fields.value === 'number' && fields.status !== 'invalid') ??
          own.at(-1);
        const fields = hour?.fields ?? {};
        const number = (name: string, as: string) =>
          typeof fields[name] === 'number' ? { [as]: fields[name] } : {};
        return {
          ...{ asset, pollutant, unit: String(fields.unit ?? '') },
          ...(typeof reading?.value === 'number' && { raw: reading.value, rawTime: iso(reading.timeMs) }),
          ...(hour && { hour: iso(hour.timeMs), status: String(fields.status ?? 'valid') }),
          ...number('measured', 'measured'),
          ...number('value', 'corrected'),
          ...number('oxygen', 'oxygenPct'),
          ...number('limit', 'limit'),
          ...(typeof flag === 'string' && { flag }),
          ...(typeof fields.limitBasis === 'string' && { limitBasis: fields.limitBasis }),
        };
      });
    }),
  );
  return rows.flat();
}
