import type { Problem } from './problem.ts';
import type { PlantFile } from './schema.ts';
import type { ReplaySourceFile, SourceFile } from './source-schema.ts';

export function siteProblems(file: PlantFile): Problem[] {
  return [
    ...timeZoneProblems(file.site.timeZone),
    ...Object.entries(file.sources).flatMap(([id, source]) => sourceProblems(id, source)),
  ];
}

function timeZoneProblems(timeZone: string): Problem[] {
  try {
    new Intl.DateTimeFormat('en', { timeZone });
    return [];
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    const hint = 'An IANA name such as Asia/Shanghai, Europe/Berlin or UTC.';
    return [
      {
        code: 'unknown-time-zone',
        path: ['site', 'timeZone'],
        message: `unknown time zone "${timeZone}"`,
        hint,
      },
    ];
  }
}

function sourceProblems(id: string, source: SourceFile): Problem[] {
  const path = ['sources', id];
  if (source.kind === 'replay') return replayProblems(source, path);
  if (source.kind !== 'opcua') return [];
  if (source.endpoint === undefined && source.endpoints === undefined) {
    return [
      {
        code: 'missing-key',
        path,
        message: 'an OPC UA source needs "endpoint" (or "endpoints")',
        hint: 'For instance endpoint: opc.tcp://192.168.0.10:4840',
      },
    ];
  }
  const { policy, mode } = source.security ?? {};
  if ((policy === 'None') !== (mode === 'None') && (policy !== undefined || mode !== undefined)) {
    if (policy !== 'None' && mode !== 'None') return [];
    return [
      {
        code: 'security-contradiction',
        path: [...path, 'security'],
        message: 'policy None and mode None go together only',
        hint: 'Leave "security" out for Basic256Sha256 with SignAndEncrypt.',
      },
    ];
  }
  return [];
}

function replayProblems({ time, accumulate }: ReplaySourceFile, path: Problem['path']): Problem[] {
  const needs = time.stamp?.startsWith('end')
    ? `stamp: ${time.stamp}`
    : accumulate
      ? '"accumulate"'
      : undefined;
  if (needs === undefined || time.interval !== undefined) return [];
  const message = `${needs} needs the length of an interval`;
  return [{ code: 'missing-interval', path: [...path, 'time'], message, hint: 'Add interval: 15m' }];
}
