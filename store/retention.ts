/** How long each resolution is kept, days. Left out: for ever. */
export interface Retention {
  readonly rawDays?: number;
  readonly minuteDays?: number;
  readonly hourDays?: number;
  /** Of derived figures. */
  readonly derivedDays?: number;
}
