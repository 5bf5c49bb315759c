import { region } from './states.ts';

/** A burst of changes is shown once. */
const SETTLE_MS = 300;

/** A region that is loaded anew whenever an alarm changes, without a loading state between. */
export function alarmRegion(
  load: () => Promise<HTMLElement>,
  signal: AbortSignal,
  rows: number,
): HTMLElement {
  const host = region(load, signal, rows);
  const stream = new EventSource('/api/v1/alarms/stream');
  let settling: ReturnType<typeof setTimeout> | undefined;
  const refresh = async (): Promise<void> => {
    // What stands stays where this fails; the next alarm, or the reader, tries again.
    const content = await load().catch(() => undefined);
    if (content && !signal.aborted) host.replaceChildren(content);
  };
  stream.addEventListener('alarm', () => {
    clearTimeout(settling);
    settling = setTimeout(() => void refresh(), SETTLE_MS);
  });
  signal.addEventListener('abort', () => {
    clearTimeout(settling);
    stream.close();
  });
  return host;
}
