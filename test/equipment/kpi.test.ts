import { expect, test } from 'vitest';
import { lossWaterfall, type ProductionRecord, productionKpis } from '../../scenarios/equipment/kpi/oee.ts';
import { reliability } from '../../scenarios/equipment/kpi/reliability.ts';
import type { MachineState, Span } from '../../scenarios/equipment/state/state-span.ts';

/** An 8 h shift: 6 h produced, half an hour in fault, 60 s an item. */
const shift: ProductionRecord = {
  plannedBusyS: 28_800,
  allocatedS: 27_000,
  productionS: 21_600,
  faultS: 1800,
  plannedRunTimePerItemS: 60,
  produced: 324,
  good: 300,
};

test('OEE is availability times effectiveness times quality', () => {
  const kpis = productionKpis(shift);
  expect(kpis.availability).toBeCloseTo(0.75, 12);
  expect(kpis.effectiveness).toBeCloseTo(0.9, 12);
  expect(kpis.quality).toBeCloseTo(300 / 324, 12);
  expect(kpis.oee).toBeCloseTo((60 * 300) / 28_800, 12);
  expect(kpis.utilisation).toBeCloseTo(0.8, 12);
  expect(kpis.allocation).toBeCloseTo(0.9375, 12);
  expect(kpis.technicalEfficiency).toBeCloseTo(21_600 / 23_400, 12);
  expect(kpis.warnings).toEqual([]);
});

test('effectiveness above 1 is shown as it is, with a warning', () => {
  const kpis = productionKpis({ ...shift, plannedRunTimePerItemS: 90 });
  expect(kpis.effectiveness).toBeCloseTo(1.35, 12);
  expect(kpis.warnings).toEqual(['effectiveness-above-1']);
});

test('a shift without planned time or pieces has no ratio, not zero', () => {
  const kpis = productionKpis({ ...shift, plannedBusyS: 0, produced: 0, good: 0 });
  expect([kpis.availability, kpis.quality, kpis.oee]).toEqual([undefined, undefined, undefined]);
});

test.each([{ good: 400 }, { productionS: -1 }, { produced: Number.NaN }])(
  'an impossible record is refused: %o',
  (wrong) => {
    expect(() => productionKpis({ ...shift, ...wrong })).toThrowError(
      expect.objectContaining({ code: 'production-record-invalid' }),
    );
  },
);

test('the losses of the waterfall add up to the fully productive time, and that is OEE of the plan', () => {
  const steps = lossWaterfall(shift);
  expect(steps.map(({ seconds }) => seconds)).toEqual([28_800, -1800, -5400, -2160, -1440, 18_000]);
  const sum = steps.slice(0, -1).reduce((total, { seconds }) => total + seconds, 0);
  expect(sum).toBe(steps.at(-1)?.seconds);
  expect(18_000 / 28_800).toBeCloseTo(productionKpis(shift).oee as number, 12);
});

const span = (startMs: number, endMs: number, state: MachineState): Span<MachineState> => ({
  startMs: startMs * 1000,
  endMs: endMs * 1000,
  state,
});

test('mean times between failures and to repair, with the rule they go by', () => {
  const spans = [
    span(0, 1000, 'running'),
    span(1000, 1100, 'fault'),
    span(1100, 1300, 'idle'),
    span(1300, 2300, 'running'),
    span(2300, 2600, 'fault'),
  ];
  expect(reliability(spans, { startMs: 0, endMs: 2_600_000 })).toEqual({
    failures: 2,
    operatingS: 2000,
    repairS: 400,
    mtbfS: 1000,
    mttrS: 200,
    inherentAvailability: 2000 / 2400,
    rule: 'total time / number of failures',
  });
});

test('a failure that began before the window is not counted again', () => {
  const found = reliability([span(0, 100, 'fault'), span(100, 200, 'running')], {
    startMs: 50_000,
    endMs: 200_000,
  });
  expect(found).toMatchObject({
    failures: 0,
    repairS: 50,
    mtbfS: undefined,
    inherentAvailability: undefined,
  });
});
