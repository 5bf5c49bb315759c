/** Something that arrived and can't be taken: kept in the quarantine for a person to read, mend and replay. */
export interface Refusal {
  /** Stable, kebab-case: `json-malformed`, `unknown-tag`, `not-finite`, `time-implausible`, `too-large` ... */
  readonly reason: string;
  /** A sentence for a person: what was expected, what came. */
  readonly message: string;
  /** Source or station it came from. */
  readonly from: string;
  /** MQTT topic, node id, file and row: where exactly. */
  readonly where: string;
  /** What came, as text; long payloads are cut by the quarantine. */
  readonly payload: string;
  readonly tag?: string;
}
