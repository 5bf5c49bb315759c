import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import Type, { type Static } from 'typebox';
import type { UplinkStatus } from '../../model/outlet-figures.ts';
import type { Backend } from '../ports.ts';

const Counters = Type.Record(Type.String(), Type.Number());
const Time = Type.Optional(Type.String());

export const UplinkAnswer = Type.Object({
  rows: Type.Array(
    Type.Object({
      platform: Type.String(),
      address: Type.String(),
      edition: Type.String({ description: 'Edition of HJ 212.' }),
      connected: Type.Boolean(),
      lastAcknowledged: Time,
      backlog: Type.Integer({ description: 'Periods that are due and not acknowledged yet.' }),
      oldest: Time,
      counters: Counters,
      lastError: Type.Optional(Type.Object({ message: Type.String(), time: Type.String() })),
      lanes: Type.Array(
        Type.Object({
          station: Type.String({ description: 'MN' }),
          asset: Type.String(),
          period: Type.String({ description: 'realtime, minute, hour or day' }),
          backlog: Type.Integer(),
          sentUpTo: Type.String({ description: 'End of what is acknowledged.' }),
          refusal: Type.Optional(Type.String({ description: 'QnRtn of the last refusal.' })),
        }),
      ),
    }),
  ),
});
export type UplinkAnswer = Static<typeof UplinkAnswer>;

/** Links that report outlets to authorities; no rows where the plant file names none. */
export const uplinkRoute: FastifyPluginAsyncTypebox<{ backend: Backend }> = async (app, { backend }) => {
  app.get('/uplink', { schema }, async () => ({ rows: (backend.uplink?.() ?? []).map(rowOf) }));
};

function rowOf({ lastAcknowledgedMs, oldestMs, lastError, lanes, ...rest }: UplinkStatus) {
  return {
    ...rest,
    ...(lastAcknowledgedMs !== undefined && { lastAcknowledged: iso(lastAcknowledgedMs) }),
    ...(oldestMs !== undefined && { oldest: iso(oldestMs) }),
    ...(lastError && { lastError: { message: lastError.message, time: iso(lastError.timeMs) } }),
    lanes: lanes.map(({ sentUpToMs, ...lane }) => ({ ...lane, sentUpTo: iso(sentUpToMs) })),
  };
}

const iso = (timeMs: number): string => new Date(timeMs).toISOString();

const schema = {
  summary: 'HJ 212 links to platforms: state, last acknowledgement, backlog, refusals',
  tags: ['environment'],
  response: { 200: UplinkAnswer },
};
