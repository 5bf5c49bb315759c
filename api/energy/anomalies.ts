import type { TimeWindow } from '../../model/window.ts';
import { ANOMALY_METHOD, ANOMALY_THRESHOLD, anomaliesOf } from '../../scenarios/runner/energy/anomalies.ts';
import { meterUnit } from '../../scenarios/runner/energy/meter-unit.ts';
import type { Backend } from '../ports.ts';
import type { AnomaliesAnswer } from './baseline-schemas.ts';

/** Hours of the span in which a meter is far off what like hours had, as the API tells them. */
export async function anomalyAnswer(
  backend: Backend,
  meter: string,
  span: TimeWindow,
): Promise<AnomaliesAnswer> {
  const { plant, calendar } = backend;
  const { judged, completeness, found } = await anomaliesOf(backend, meter, span);
  const nameOf = (id: string): string => plant.assetsById.get(id)?.name ?? id;
  return {
    ...{ meter, unit: meterUnit(plant, meter), threshold: ANOMALY_THRESHOLD, judged, completeness },
    ...{ method: ANOMALY_METHOD, edition: 'none' },
    anomalies: found.map(({ timeMs, contributions, ...rest }) => ({
      ...{ ...rest, start: calendar.toIso(timeMs) },
      contributions: contributions.map(({ id, ...part }) => ({ meter: id, name: nameOf(id), ...part })),
    })),
  };
}
