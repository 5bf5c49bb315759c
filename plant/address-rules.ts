import type { Problem } from './problem.ts';
import type { PlantFile } from './schema.ts';
import type { SourceFile } from './source-schema.ts';
import { fullAddress, type PlacedTag, sourceOf } from './walk.ts';

/** How an address of each kind of source is written; the hint shows one. */
const forms: Readonly<Record<string, { readonly pattern: RegExp; readonly hint: string }>> = {
  opcua: {
    pattern: /^(nsu=[^;]+;[isgb]=.+|[isgb]=.+|\/.+)$/,
    hint: 'nsu=urn:maker:device;s=Boiler.Temperature, i=2258 (namespace 0), or a browse path /Objects/nsu=urn:maker:device;Boiler/Temperature. An index such as ns=2 changes when the server is reconfigured.',
  },
  'mqtt json': {
    pattern: /^([^#+/]+|\+)?(\/([^#+/]+|\+)?)*#(\/.+)?$/s,
    hint: 'topic#/json/pointer, for instance meters/m1/telemetry#/activePower; topic# for a message that is one bare value; a whole level of the topic may be +, which takes any',
  },
  'mqtt sparkplug': {
    pattern: /^[^/#+]+\/[^/#+]+(\/[^/#+]+)?#.+/,
    hint: 'group/edge-node#metric name or group/edge-node/device#metric name, for instance Plant/Gateway 1/Meter#Energy/Total',
  },
  'mqtt influx-line': {
    pattern: /^[^#+]+#[^, ]+(,[^,= ]+=[^,= ]+)* [^ ]+$/,
    hint: 'topic#measurement,tag=value field, for instance meters/hall#electricity,meter=m1 activePower',
  },
  modbus: {
    pattern:
      /^unit=\d+;((coil|discrete)=\d+|(holding|input)=\d+(;type=(int16|uint16|int32|uint32|float32|int64|uint64|float64))?(;order=(ABCD|CDAB|BADC|DCBA))?)$/,
    hint: 'unit=1;holding=100;type=float32;order=ABCD (holding or input; type int16, uint16, int32, uint32, float32, int64, uint64, float64; order ABCD, CDAB, BADC, DCBA), or unit=1;coil=5 (coil or discrete). Addresses count from 0.',
  },
  hj212: {
    pattern:
      /^[^/]+\/((2011|2031|2051|2061)\/[A-Za-z0-9]+-[A-Za-z]+|[A-Za-z0-9]+-(?!(Zs)?(Min|Avg|Max)$|Cou$)[A-Za-z]+)$/i,
    hint: 'MN/factor-suffix of real-time data, for instance 010000A8900016F000169DC0/a21026-Rtd; with the CN for minute, hour and day data, which share their suffixes: 010000A8900016F000169DC0/2051/a21026-Avg (2051 minute, 2061 hour, 2031 day)',
  },
};

export function addressProblems(tags: readonly PlacedTag[], file: PlantFile): Problem[] {
  const seen = new Map<string, PlacedTag>();
  return tags.flatMap((placed) => {
    const id = sourceOf(placed);
    const source = id === undefined ? undefined : file.sources[id];
    if (!source) return [];
    const address = fullAddress(placed);
    const path = placed.tag.address === undefined ? placed.path : [...placed.path, 'address'];
    const key = `${id}\n${address}`;
    const first = seen.get(key);
    if (first) {
      const message = `address "${address}" is already read by ${first.asset.id}.${first.quantity}`;
      return [
        { code: 'duplicate-address', path, message, hint: 'One tag an address; let views share the tag.' },
      ];
    }
    seen.set(key, placed);
    return formProblems(source, address, path);
  });
}

function formProblems(source: SourceFile, address: string, path: Problem['path']): Problem[] {
  const kind = source.kind === 'mqtt' ? `mqtt ${source.format ?? 'json'}` : source.kind;
  const form = forms[kind];
  if (!form || form.pattern.test(address)) return [];
  return [{ code: 'bad-address', path, message: `"${address}" is no ${kind} address`, hint: form.hint }];
}
