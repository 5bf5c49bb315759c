/**
 * States of one alarm. The three suppressed states hide it from the operator; what the condition does meanwhile counts
 * when they end. A latching alarm does not go back to normal by itself: it stays `latched` until it is reset.
 * @see ANSI/ISA-18.2-2016 and IEC 62682:2022, alarm state transition diagram
 */
export const alarmStates = [
  'normal',
  'unacknowledged',
  'acknowledged',
  'returned-unacknowledged',
  'latched',
  'shelved',
  'suppressed-by-design',
  'out-of-service',
] as const;
export type AlarmState = (typeof alarmStates)[number];

export const alarmEvents = [
  'raise',
  'clear',
  'acknowledge',
  'reset',
  'shelve',
  'unshelve',
  'suppress',
  'unsuppress',
  'remove-from-service',
  'return-to-service',
] as const;
export type AlarmEvent = (typeof alarmEvents)[number];

/** `present` is the state that the condition of this moment asks for: unacknowledged, or normal. */
type Target = AlarmState | 'present';

type Row = Readonly<Partial<Record<AlarmEvent, Target>>>;

const hide = {
  shelve: 'shelved',
  suppress: 'suppressed-by-design',
  'remove-from-service': 'out-of-service',
} as const satisfies Row;

/** An event that a state does not list is refused in it. */
export const ALARM_TRANSITIONS: Readonly<Record<AlarmState, Row>> = {
  normal: { raise: 'unacknowledged', ...hide },
  unacknowledged: { acknowledge: 'acknowledged', clear: 'returned-unacknowledged', ...hide },
  acknowledged: { clear: 'normal', ...hide },
  'returned-unacknowledged': { acknowledge: 'normal', raise: 'unacknowledged', ...hide },
  latched: { raise: 'unacknowledged', reset: 'normal', ...hide },
  shelved: {
    raise: 'shelved',
    clear: 'shelved',
    unshelve: 'present',
    suppress: 'suppressed-by-design',
    'remove-from-service': 'out-of-service',
  },
  'suppressed-by-design': {
    raise: 'suppressed-by-design',
    clear: 'suppressed-by-design',
    unsuppress: 'present',
    'remove-from-service': 'out-of-service',
  },
  'out-of-service': { raise: 'out-of-service', clear: 'out-of-service', 'return-to-service': 'present' },
};

/** Where a latching alarm goes another way. */
const LATCHING: Readonly<Partial<Record<AlarmState, Row>>> = {
  acknowledged: { clear: 'latched' },
  'returned-unacknowledged': { acknowledge: 'latched' },
};

/**
 * The state after an event, undefined where the event is not possible in the state.
 * @param active whether the alarm's condition holds at that moment
 */
export function nextAlarmState(
  state: AlarmState,
  event: AlarmEvent,
  active: boolean,
  latching = false,
): AlarmState | undefined {
  const target = (latching ? LATCHING[state]?.[event] : undefined) ?? ALARM_TRANSITIONS[state][event];
  if (target !== 'present') return target;
  return active ? 'unacknowledged' : 'normal';
}
