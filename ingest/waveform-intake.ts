import { errorMessage } from '../model/error.ts';
import type { Asset, Plant } from '../model/plant.ts';
import type { Reading } from '../model/reading.ts';
import {
  isRecording,
  type MountingPoint,
  parseWaveform,
  type WaveformDefaults,
  waveformReference,
} from '../model/waveform.ts';
import type { RefusedReading, TimeSeriesStore } from '../store/time-series-store.ts';
import type { WaveformStore } from '../store/waveform-store.ts';

type Writer = Pick<TimeSeriesStore, 'write' | 'writeColumns'>;

/**
 * The store as ingest writes to it, with recordings taken out: their samples go to the waveform store, and a short reference to the
 * time series. What is no recording is refused with its reason and so reaches the quarantine.
 */
export function withWaveforms(store: Writer, waveforms: Pick<WaveformStore, 'put'>, plant: Plant): Writer {
  // Recordings are texts, and so are never among columns.
  const writeColumns = store.writeColumns?.bind(store);
  return {
    ...(writeColumns && { writeColumns }),
    write: async (readings) => {
      if (!readings.some((reading) => isRecording(reading))) return store.write(readings);
      const refused: RefusedReading[] = [];
      const kept: Reading[] = [];
      for (const reading of readings) {
        if (!isRecording(reading)) kept.push(reading);
        else {
          const taken = await take(reading, waveforms, plant);
          if ('reason' in taken) refused.push(taken);
          else kept.push(taken);
        }
      }
      return [...refused, ...(kept.length === 0 ? [] : await store.write(kept))];
    },
  };
}

async function take(
  reading: Reading,
  waveforms: Pick<WaveformStore, 'put'>,
  plant: Plant,
): Promise<Reading | RefusedReading> {
  const asset = plant.assetsById.get(reading.tag.slice(0, reading.tag.indexOf('.')));
  if (!asset) return { reading, reason: 'the plant has no such asset' };
  let recording: ReturnType<typeof parseWaveform>;
  try {
    recording = parseWaveform(String(reading.value), defaultsOf(reading, asset));
  } catch (problem) {
    return {
      reading: { ...reading, value: String(reading.value).slice(0, 400) },
      reason: errorMessage(problem),
    };
  }
  const stored = await waveforms.put(recording, reading.origin === 'import' ? 'import' : undefined);
  return { ...reading, value: waveformReference(stored.id) };
}

/** What the plant file says of a sensor that does not say it itself. */
function defaultsOf({ tag, timeMs }: Reading, asset: Asset): WaveformDefaults {
  const quantity = tag.slice(asset.id.length + 1);
  const { waveformSamplingHz, sensorPosition, sensorDirection } = asset.properties;
  const isCurrent = quantity === 'currentWaveform';
  const told = String(sensorDirection ?? 'radial') as MountingPoint['direction'];
  return {
    ...{ asset: asset.id, quantity, timeMs, unit: isCurrent ? 'A' : 'g' },
    sampleRateHz: typeof waveformSamplingHz === 'number' ? waveformSamplingHz : undefined,
    mounting: {
      position: isCurrent ? 'motor' : String(sensorPosition ?? 'unknown'),
      direction: isCurrent ? 'none' : quantity === 'vibrationWaveformAxial' ? 'axial' : told,
    },
  };
}
