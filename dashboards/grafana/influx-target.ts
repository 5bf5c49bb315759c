import type { Builder, Dataquery } from '@grafana/grafana-foundation-sdk/cog';
import type { PanelDefinition } from '../panel.ts';

/** Must be the uids of the provisioned datasources: a panel with another one is empty. */
export const datasources = {
  readings: { type: 'influxdb', uid: 'plantscope-influxdb' },
  derived: { type: 'influxdb', uid: 'plantscope-influxdb-derived' },
} as const;

/** Readings and derived figures lie in databases of their own. */
export function datasourceOf({ shows = 'derived' }: Pick<PanelDefinition, 'shows'>): Datasource {
  return datasources[shows];
}

type Datasource = (typeof datasources)[keyof typeof datasources];

/** One InfluxQL query of a Grafana panel; the kit has no builder for InfluxDB. */
export class InfluxTarget implements Builder<Dataquery> {
  readonly #target: Dataquery;

  /** @param alias name of a line, of `$tag_<name>` parts */
  constructor(
    index: number,
    query: string,
    resultFormat: 'time_series' | 'table',
    alias: string,
    datasource: Datasource,
  ) {
    const target = {
      refId: String.fromCharCode(65 + index),
      query,
      rawQuery: true,
      resultFormat,
      alias,
      datasource,
    };
    this.#target = { ...target, _implementsDataqueryVariant: () => undefined };
  }

  build(): Dataquery {
    return this.#target;
  }
}
