import {
  AccessLevelFlag,
  DataType,
  DataValue,
  type Namespace,
  StatusCodes,
  type UAObject,
  VariantArrayType,
} from 'node-opcua';
import { statusCodes } from '../model/status.ts';
import { type HistorianOptions, historianOf } from './historian.ts';
import type { Signal } from './signal.ts';
import { type WaveformBlock, waveformText } from './waveform.ts';
import {
  keptRecordings,
  keptWhileCurrent,
  recording,
  recordingText,
  type WaveformSource,
} from './waveform-source.ts';

/**
 * `<asset>.vibrationWaveform` as one text, and under the folder `waveform` the same recording as a Float array with its
 * sampling frequency, shaft speed and load. All of one recording share its source timestamp.
 */
export function addWaveformNodes(namespace: Namespace, parent: UAObject, source: WaveformSource): void {
  const { asset } = source.machine.design;
  const folder = namespace.addObject({
    browseName: 'waveform',
    nodeId: `s=${asset}.waveform`,
    componentOf: parent,
    typeDefinition: 'FolderType',
  });
  const latest = keptWhileCurrent(source);
  const add = (
    under: UAObject,
    name: string,
    nodeId: string,
    dataType: DataType,
    read: (block: WaveformBlock) => unknown,
  ) => {
    const isArray = dataType === DataType.Float;
    // The text holds a whole recording, so it alone has a past.
    const isText = dataType === DataType.String;
    const access = AccessLevelFlag.CurrentRead | (isText ? AccessLevelFlag.HistoryRead : 0);
    const variable = namespace.addVariable({
      browseName: name,
      nodeId: `s=${nodeId}`,
      componentOf: under,
      dataType,
      valueRank: isArray ? 1 : -1,
      ...(isArray ? { arrayDimensions: [recording.count] } : {}),
      accessLevel: access,
      userAccessLevel: access,
      ...(isText && { historizing: true }),
      minimumSamplingInterval: recording.everyMs / 10,
    });
    const arrayType = isArray ? VariantArrayType.Array : VariantArrayType.Scalar;
    variable.bindVariable(
      {
        timestamped_get: () => {
          const block = latest();
          const time = new Date(block.timeMs);
          return new DataValue({
            statusCode: StatusCodes.Good,
            sourceTimestamp: time,
            serverTimestamp: time,
            value: { dataType, arrayType, value: read(block) },
          });
        },
        ...(isText && { historyRead: historianOf(recordedSignal(source), historianOptions(source)) }),
      },
      true,
    );
  };
  add(parent, 'vibrationWaveform', `${asset}.vibrationWaveform`, DataType.String, waveformText);
  add(folder, 'samples', `${asset}.waveform.samples`, DataType.Float, ({ samples }) => samples);
  add(
    folder,
    'samplingFrequency',
    `${asset}.waveform.samplingFrequency`,
    DataType.Double,
    ({ samplingHz }) => samplingHz,
  );
  add(folder, 'shaftSpeed', `${asset}.waveform.shaftSpeed`, DataType.Double, ({ shaftRpm }) => shaftRpm);
  add(folder, 'load', `${asset}.waveform.load`, DataType.Double, ({ loadPct }) => loadPct);
}

/** The recordings as a signal of texts, for the historian. */
function recordedSignal(source: WaveformSource): Signal {
  const { asset } = source.machine.design;
  return {
    ...{ address: `${asset}.vibrationWaveform`, asset, quantity: 'vibrationWaveform', unit: 'g' },
    ...{ kind: 'text', range: undefined, cumulates: false },
    sample: (timeMs) => ({ value: recordingText(source, timeMs), status: statusCodes.good }),
  };
}

const historianOptions = ({ clock }: WaveformSource): HistorianOptions => ({
  clock,
  keptMs: keptRecordings.keptMs,
  stepMs: keptRecordings.everyMs,
  answerLimit: keptRecordings.perAnswer,
  toDataValue: (_signal, { value }, timeMs) => {
    const time = new Date(timeMs);
    return new DataValue({
      statusCode: StatusCodes.Good,
      sourceTimestamp: time,
      serverTimestamp: time,
      value: { dataType: DataType.String, value },
    });
  },
});
