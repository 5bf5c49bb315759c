import type { StoredReport } from '../model/batch.ts';
import { countOf, joined, type Readings } from '../model/reading-columns.ts';
import { Touched } from './touched.ts';
import type { OpenedWork, Work } from './work.ts';

/** Work that goes into the store with one write. */
export interface WorkGroup {
  readonly works: readonly OpenedWork[];
  readonly readings: Readings;
  readonly touched: Touched;
}

/** Opens work from the head of the queue until it fills one write: one piece of work at least. */
export function takeGroup(queue: Work[], mostReadings: number, open: (work: Work) => OpenedWork): WorkGroup {
  const works: OpenedWork[] = [];
  let count = 0;
  for (const work of queue) {
    const opened = open(work);
    works.push(opened);
    count += countOf(opened.readings);
    if (count >= mostReadings) break;
  }
  queue.splice(0, works.length);
  const readings = joined(works.map((opened) => opened.readings));
  return { works, readings, touched: new Touched(readings) };
}

/** What to tell which gateway once a group is stored: one report for each spool. */
export function reportsOf(
  works: readonly OpenedWork[],
): readonly { readonly gateway: string; readonly report: StoredReport }[] {
  const reports = new Map<string, { gateway: string; report: { epoch: number; sequences: number[] } }>();
  for (const { work, identity } of works) {
    const { gateway } = work;
    if (gateway === undefined || identity === undefined) continue;
    const key = `${gateway} ${identity.epoch}`;
    const known = reports.get(key) ?? { gateway, report: { epoch: identity.epoch, sequences: [] } };
    known.report.sequences.push(identity.sequence);
    reports.set(key, known);
  }
  return [...reports.values()];
}
