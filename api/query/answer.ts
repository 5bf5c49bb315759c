import type { FastifyReply } from 'fastify';
import { csvOf } from './csv.ts';

/** An instant as the API writes it. */
export const iso = (timeMs: number): string => new Date(Math.round(timeMs)).toISOString();

type Row = Readonly<Record<string, string | number | boolean | undefined>>;

/** Rows as JSON, or as a file of comma-separated values. */
export function answerRows<T extends Row>(
  reply: FastifyReply,
  format: string | undefined,
  rows: T[],
): { rows: T[] } {
  if (format !== 'csv') return { rows };
  // The route's type knows the JSON form alone; a string is sent as it is.
  return reply.type('text/csv; charset=utf-8').send(csvOf(rows)) as unknown as { rows: T[] };
}
