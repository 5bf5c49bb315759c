import type { Builder, Dataquery } from '@grafana/grafana-foundation-sdk/cog';

/** Must be the uid of the provisioned datasource: a panel with another one is empty. */
export const datasource = { type: 'influxdb', uid: 'plantscope-influxdb' } as const;

/** One InfluxQL query of a Grafana panel; the kit has no builder for InfluxDB. */
export class InfluxTarget implements Builder<Dataquery> {
  readonly #target: Dataquery;

  /** @param alias name of a line, of `$tag_<name>` parts */
  constructor(index: number, query: string, resultFormat: 'time_series' | 'table', alias: string) {
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
