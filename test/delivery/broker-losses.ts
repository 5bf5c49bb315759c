/** What brokers are tried with: the second table of docs/durability.md. */
export const brokerLosses = {
  killedInMemory: 'mosquitto without persistence, gateway away, broker killed',
  killedPersistent:
    'mosquitto with persistence (saved every 30 min, its default), gateway away, broker killed',
  killedSaved: 'mosquitto with persistence, saved after each 100 changes, gateway away, broker killed',
  defaultQueue: 'mosquitto as packaged (1,000 messages a client), gateway away, then back',
  unboundedQueue: 'mosquitto with max_queued_messages 0, gateway away, then back',
} as const;

export type BrokerLossName = (typeof brokerLosses)[keyof typeof brokerLosses];
