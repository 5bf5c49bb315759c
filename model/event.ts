/** Something that happened at a source: an event, or a change of a condition (an alarm of the device itself). */
export interface SourceEvent {
  readonly source: string;
  /** Unique at the source; the same event read twice (a refresh, a reconnect) has the same id. */
  readonly id: string;
  readonly timeMs: number;
  /** Name of the event type, as the source gives it (`OffNormalAlarmType`). */
  readonly type: string;
  /** What it is about: name of the device or node. */
  readonly about: string;
  readonly message: string;
  /** 1 (informative) to 1000 (catastrophic). @see OPC 10000-5 (1.05) 6.4.2 */
  readonly severity: number;
  /** Only of a condition. @see OPC 10000-9 (1.05) 5.5 */
  readonly condition?: {
    readonly id: string;
    readonly name: string;
    readonly active: boolean;
    readonly acknowledged: boolean;
    /** Still of interest to an operator: active, or not yet acknowledged. */
    readonly retain: boolean;
  };
}
