import type { Consumption } from '../../app/api.ts';

export interface MeterSum {
  readonly meter: Consumption;
  readonly value: number;
  /** Mean of the windows' completeness. */
  readonly completeness: number;
  readonly methods: string;
  readonly edition: string;
}

export function sumOf(meter: Consumption): MeterSum {
  const { points } = meter;
  return {
    meter,
    value: points.reduce((sum, point) => sum + point.value, 0),
    completeness: points.reduce((sum, point) => sum + point.completeness, 0) / Math.max(1, points.length),
    methods: [...new Set(points.flatMap((point) => point.method.split('+')))].join(', '),
    edition: [...new Set(points.flatMap((point) => point.edition ?? []))].join(', '),
  };
}
