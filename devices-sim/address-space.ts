import {
  AccessLevelFlag,
  type AddressSpace,
  coerceStatusCode,
  DataType,
  DataValue,
  type DataValueOptions,
  type Namespace,
  type UAObject,
  type UAVariable,
} from 'node-opcua';
import type { Clock } from '../model/clock.ts';
import { dayMs } from '../model/window.ts';
import { engineeringUnitOf } from './engineering-units.ts';
import { historianOf } from './historian.ts';
import { placeOf } from './layout.ts';
import { instrumentTimeMs, type Sample, type Signal } from './signal.ts';
import { addWaveformNodes } from './waveform-nodes.ts';
import type { WaveformSource } from './waveform-source.ts';

/** Namespace of every node of the simulated plant; a node's identifier is its signal's address. */
export const simulatorNamespaceUri = 'urn:plantscope:sim';

/** What the server offers. */
export interface SimulatedNodes {
  readonly signals: readonly Signal[];
  /** Machines whose vibration recordings the server offers. */
  readonly recorded: readonly Omit<WaveformSource, 'clock'>[];
  readonly clock: Clock;
  /** How far back HistoryRead answers; default 40 days. */
  readonly historyDays?: number;
}

/** Objects / area / line / asset / quantity. */
export function buildAddressSpace(addressSpace: AddressSpace, content: SimulatedNodes): void {
  const namespace = addressSpace.registerNamespace(simulatorNamespaceUri);
  const folders = new Folders(addressSpace, namespace);
  for (const signal of content.signals)
    addSignalNode(namespace, folders.ofAsset(signal.asset), signal, content);
  for (const source of content.recorded) {
    const parent = folders.ofAsset(source.machine.design.asset);
    addWaveformNodes(namespace, parent, { ...source, clock: content.clock });
  }
}

class Folders {
  readonly #addressSpace: AddressSpace;
  readonly #namespace: Namespace;
  readonly #known = new Map<string, UAObject>();

  constructor(addressSpace: AddressSpace, namespace: Namespace) {
    this.#addressSpace = addressSpace;
    this.#namespace = namespace;
  }

  ofAsset(asset: string): UAObject {
    const { area, line } = placeOf(asset);
    const parent = this.#folder(`${area}/${line}`, line, this.#folder(area, area, undefined));
    return this.#folder(`${area}/${line}/${asset}`, asset, parent);
  }

  #folder(path: string, name: string, parent: UAObject | undefined): UAObject {
    const known = this.#known.get(path);
    if (known) return known;
    const folder = this.#namespace.addObject({
      browseName: name,
      nodeId: `s=${path}`,
      organizedBy: parent ?? this.#addressSpace.rootFolder.objects,
      typeDefinition: 'FolderType',
    });
    this.#known.set(path, folder);
    return folder;
  }
}

const dataTypes = { number: DataType.Double, boolean: DataType.Boolean, text: DataType.String } as const;
const historyDaysDefault = 40;
/** Registers of the simulated meters have nine integer digits. */
const registerCeiling = 999_999_999;

function addSignalNode(
  namespace: Namespace,
  parent: UAObject,
  signal: Signal,
  content: SimulatedNodes,
): void {
  const { clock } = content;
  const common = {
    browseName: signal.quantity,
    nodeId: `s=${signal.address}`,
    componentOf: parent,
    dataType: dataTypes[signal.kind],
    accessLevel: AccessLevelFlag.CurrentRead | AccessLevelFlag.HistoryRead,
    userAccessLevel: AccessLevelFlag.CurrentRead | AccessLevelFlag.HistoryRead,
    historizing: true,
    minimumSamplingInterval: 1000,
  };
  const variable: UAVariable =
    signal.kind === 'number'
      ? namespace.addAnalogDataItem({
          ...common,
          dataType: 'Double',
          engineeringUnitsRange: { low: signal.range?.[0] ?? 0, high: signal.range?.[1] ?? registerCeiling },
          engineeringUnits: engineeringUnitOf(signal.unit),
        })
      : namespace.addVariable(common);
  variable.bindVariable(
    {
      timestamped_get: () => {
        const timeMs = instrumentTimeMs(clock.nowMs());
        return toDataValue(signal, signal.sample(timeMs), timeMs);
      },
      historyRead: historianOf(signal, {
        clock,
        keptMs: (content.historyDays ?? historyDaysDefault) * dayMs,
        toDataValue,
      }),
    },
    true,
  );
}

function toDataValue(signal: Signal, { value, status }: Sample, timeMs: number): DataValue {
  const time = new Date(timeMs);
  const options: DataValueOptions = {
    sourceTimestamp: time,
    serverTimestamp: time,
    statusCode: coerceStatusCode(status),
  };
  return new DataValue(
    value === null ? options : { ...options, value: { dataType: dataTypes[signal.kind], value } },
  );
}
