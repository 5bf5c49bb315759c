import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import type { UplinkStatus } from '../../model/outlet-figures.ts';
import type { Backend } from '../ports.ts';
import { UplinkAnswer } from './uplink-schema.ts';

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
    lanes: lanes.map(({ sentUpToMs, corrections, ...lane }) => ({
      ...{ ...lane, sentUpTo: iso(sentUpToMs) },
      corrections: corrections.map(({ startMs, sentMs, ...correction }) => ({
        ...{ ...correction, period: iso(startMs), sent: iso(sentMs) },
      })),
    })),
  };
}

const iso = (timeMs: number): string => new Date(timeMs).toISOString();

const schema = {
  summary: 'HJ 212 links to platforms: state, last acknowledgement, backlog, refusals',
  tags: ['environment'],
  response: { 200: UplinkAnswer },
};
