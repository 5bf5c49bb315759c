import type { FastifyReply } from 'fastify';
import type { TSchema } from 'typebox';
import { csvOf } from './csv.ts';
import { columnsOf } from './flat-row.ts';

/** An instant as the API writes it. */
export const iso = (timeMs: number): string => new Date(Math.round(timeMs)).toISOString();

/** Sends another media type than the route's schema speaks of, as it is. */
export const sendAs = (reply: FastifyReply, mediaType: string, body: string | Buffer): FastifyReply =>
  reply.type(mediaType).send(body);

type Row = Readonly<Record<string, string | number | boolean | undefined>>;

interface RowsSchema {
  readonly properties?: { readonly rows?: TSchema };
}

/** Rows as JSON, or as a file of comma-separated values. */
export function answerRows<T extends Row>(
  reply: FastifyReply,
  format: string | undefined,
  rows: T[],
): { rows: T[] } {
  if (format !== 'csv') return { rows };
  const { response } = (reply.routeOptions.schema ?? {}) as { response?: { 200?: RowsSchema } };
  const columns = columnsOf(response?.[200]?.properties?.rows ?? {});
  // The route's type knows the JSON form alone; a string is sent as it is.
  return sendAs(reply, 'text/csv; charset=utf-8', csvOf(rows, columns)) as unknown as { rows: T[] };
}
