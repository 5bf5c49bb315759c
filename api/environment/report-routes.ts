import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import Type from 'typebox';
import { PlantscopeError } from '../../model/error.ts';
import type { Backend } from '../ports.ts';
import { sendAs } from '../query/answer.ts';
import { sendTable } from '../query/table.ts';
import { closed } from '../schemas/common.ts';
import { type EmissionReport, emissionReport } from './report.ts';
import { reportPage } from './report-page.ts';

const Cell = Type.Union([Type.String(), Type.Number(), Type.Boolean()]);
const ReportAnswer = Type.Object({
  site: Type.String(),
  period: Type.String(),
  timeZone: Type.String(),
  written: Type.String(),
  isRunning: Type.Boolean(),
  tables: Type.Array(
    Type.Object({
      name: Type.String(),
      note: Type.String(),
      rows: Type.Array(Type.Record(Type.String(), Cell)),
    }),
  ),
});

/** Monthly and yearly emission reports: JSON, printable page, CSV, XLSX. */
export const reportRoutes: FastifyPluginAsyncTypebox<{ backend: Backend }> = async (app, { backend }) => {
  app.get('/reports/:period', { schema }, async ({ params, query }, reply) => {
    const [kind, startMs] = periodOf(params.period);
    const { calendar } = backend;
    const window = { startMs, endMs: calendar.startOfNext(kind, startMs) };
    const report = await emissionReport(backend, kind, window);
    const { format } = query;
    if (format === undefined || format === 'json') return jsonOf(report);
    if (format === 'html') {
      const policy = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; frame-ancestors 'none'";
      void reply.header('content-security-policy', policy);
      return sendAs(reply, 'text/html; charset=utf-8', reportPage(report)) as unknown as Answer;
    }
    const name = `emission-report-${params.period}`;
    return (await sendTable(reply, format, name, report.tables)) as unknown as Answer;
  });

  /** `2026-11` or `2026`. @throws PlantscopeError `invalid-time` */
  function periodOf(text: string): readonly ['month' | 'year', number] {
    const [, year, month] = /^(\d{4})(?:-(0[1-9]|1[0-2]))?$/.exec(text) ?? [];
    const startMs = year && backend.calendar.parse(`${year}-${month ?? '01'}-01`);
    if (typeof startMs === 'number') return [month === undefined ? 'year' : 'month', startMs];
    throw new PlantscopeError('invalid-time', `"${text}" is no month or year`, {
      where: 'period',
      hint: 'As 2026-11 or 2026.',
    });
  }
};

/** The route's type knows the JSON form alone; a file is sent as it is. */
type Answer = ReturnType<typeof jsonOf>;

const jsonOf = (report: EmissionReport) => ({
  ...report,
  tables: report.tables.map((table) => ({ ...table, rows: table.rows.map((row) => ({ ...row })) })),
});

const schema = {
  summary: 'Emission report of a local month (2026-11) or year (2026)',
  description: 'format=html is a page to print, format=xlsx a workbook with one sheet a table.',
  tags: ['environment'],
  params: Type.Object({ period: Type.String() }, closed),
  querystring: Type.Object(
    {
      format: Type.Optional(
        Type.Union([Type.Literal('json'), Type.Literal('html'), Type.Literal('csv'), Type.Literal('xlsx')], {
          default: 'json',
        }),
      ),
    },
    closed,
  ),
  response: { 200: ReportAnswer },
};
