import { join } from 'node:path';
import type { ConditionDesk } from '../../api/ports.ts';
import { readFaultKnowledge } from '../../cli/analyse/equipment-knowledge.ts';
import type { Waveform } from '../../model/waveform.ts';
import { hourMs } from '../../model/window.ts';
import type { Feedback } from '../../scenarios/equipment/diagnosis/feedback.ts';
import type { JournalEntry } from '../../store/local-state.ts';

const FS_HZ = 25_600;
const SAMPLES = 4096;
const EVERY_MS = 6 * hourMs;
const knowledge = join(import.meta.dirname, '..', '..', 'scenarios/equipment/knowledge/faults.yaml');

/** Recordings of fan-1 each six hours as functions of time, no models, and feedback in memory. */
export function demoCondition(
  nowMs: () => number,
): ConditionDesk & { readonly given: JournalEntry<Feedback>[] } {
  const given: JournalEntry<Feedback>[] = [];
  const times = (startMs: number, endMs: number): number[] => {
    const first = Math.ceil(startMs / EVERY_MS) * EVERY_MS;
    const count = Math.max(0, Math.ceil((Math.min(endMs, nowMs()) - first) / EVERY_MS));
    return Array.from({ length: count }, (_, i) => first + i * EVERY_MS);
  };
  const stored = (waveform: Waveform) => ({
    id: idOf(waveform),
    info: waveform.info,
    keptFor: ['periodic' as const],
  });
  const read = (id: string): Waveform | undefined => {
    const timeMs = Number(/^fan-1\/vibrationWaveform\/(\d+)$/.exec(id)?.[1] ?? Number.NaN);
    return timeMs % EVERY_MS === 0 ? recording(timeMs) : undefined;
  };
  return {
    given,
    waveforms: {
      list: ({ startMs, endMs, asset = 'fan-1' }) =>
        asset === 'fan-1' ? times(startMs, endMs).map((timeMs) => stored(recording(timeMs))) : [],
      get: (id) => {
        const found = read(id);
        return found && stored(found);
      },
      read,
    },
    models: { versions: () => [], at: () => undefined },
    faults: readFaultKnowledge(knowledge),
    feedback: {
      give: async (feedback) => {
        const entry = { sequence: given.length + 1, entry: { ...feedback, givenMs: nowMs() } };
        given.push(entry);
        return entry;
      },
      all: (asset) => given.filter(({ entry }) => asset === undefined || entry.asset === asset),
    },
    keeper: { reconsider: async () => undefined },
  };
}

const idOf = ({ info }: Waveform): string => `${info.asset}/${info.quantity}/${info.timeMs}`;

/** A shaft line of 2 mm/s RMS at 24.5 Hz, and a little of its double. */
function recording(timeMs: number): Waveform {
  const amplitudeG = (mmPerS: number, hz: number): number =>
    (mmPerS * Math.SQRT2 * 2 * Math.PI * hz) / 9806.65;
  const line = (mmPerS: number, hz: number, i: number): number =>
    amplitudeG(mmPerS, hz) * Math.sin((2 * Math.PI * hz * i) / FS_HZ);
  const mounting = { position: 'drive-end', direction: 'radial' } as const;
  return {
    samples: Float32Array.from({ length: SAMPLES }, (_, i) => line(2, 24.5, i) + line(0.5, 49, i)),
    info: {
      ...{ asset: 'fan-1', quantity: 'vibrationWaveform', timeMs, sampleRateHz: FS_HZ, samples: SAMPLES },
      ...{ unit: 'g', mounting, shaftRpm: 1470, loadPct: 75 },
    },
  };
}
