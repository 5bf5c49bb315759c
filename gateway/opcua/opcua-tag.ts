import type { DataValue } from 'node-opcua';
import type { Tag } from '../../model/plant.ts';
import type { Reading, ReadingOrigin } from '../../model/reading.ts';
import type { Refusal } from '../../model/refusal.ts';
import { qualityOf, statusCodes } from '../../model/status.ts';
import { converter } from '../../model/unit.ts';
import { type Normalise, normaliserOf } from '../normalise.ts';
import { type OpcuaAddress, parseAddress } from './address.ts';
import { type EnumTexts, takeValue } from './value.ts';

/** A tag with everything that turns a data value of its node into a reading. */
export interface OpcuaTag {
  readonly tag: Tag;
  readonly address: OpcuaAddress;
  readonly normalise: Normalise;
  /** A number of the source in the tag's unit. */
  readonly toUnit: (value: number) => number;
}

/** @throws PlantscopeError `opcua-address`, `unit-mismatch` */
export function opcuaTag(tag: Tag): OpcuaTag {
  const convert = converter(tag.sourceUnit, tag.unit);
  return {
    tag,
    address: parseAddress(tag.address),
    normalise: normaliserOf(tag),
    toUnit: (value) => convert(value) * tag.multiplier,
  };
}

/** Bits of a status code below its severity and sub-code: limit bits and the overflow flag. */
const infoBits = 0xffff;

/** The server's queue overflowed before this value: some before it are lost. @see OPC 10000-4 (1.05) 7.39.1 */
export const hasOverflow = (status: number): boolean => (status & 0x0480) === 0x0480;

/** @param arrivalMs used where the server gives no time at all */
export function toReading(
  { tag, address, normalise }: OpcuaTag,
  dataValue: DataValue,
  origin: ReadingOrigin,
  arrivalMs: number,
  texts?: EnumTexts,
): Reading | Refusal {
  const taken = takeValue(dataValue.value, address.pointer, tag.definition.kind, texts);
  const given = (dataValue.statusCode.value & ~infoBits) >>> 0;
  const isBad = qualityOf(given) === 'bad';
  if ('unsupported' in taken && !isBad)
    return refusal(tag, 'value-unsupported', taken.unsupported, dataValue);
  const raw = 'unsupported' in taken ? null : taken.value;
  // A server that has no value yet, but calls that good.
  const status = raw === null && !isBad ? statusCodes.badWaitingForInitialData : given;
  const normalised = normalise(raw, status);
  if ('reason' in normalised) return refusal(tag, normalised.reason, normalised.message, dataValue);
  return { tag: tag.id, ...timeOf(dataValue, arrivalMs), ...normalised, origin };
}

export const isRefusal = (result: Reading | Refusal): result is Refusal => 'reason' in result;

/** Source time to 100 ns; the server's time where the source gives none. */
function timeOf(dataValue: DataValue, arrivalMs: number): { timeMs: number; timeNs: number } {
  const { sourceTimestamp, serverTimestamp } = dataValue;
  if (sourceTimestamp && sourceTimestamp.getTime() > 0) {
    return { timeMs: sourceTimestamp.getTime(), timeNs: Math.floor(dataValue.sourcePicoseconds / 1000) };
  }
  if (serverTimestamp && serverTimestamp.getTime() > 0) {
    return { timeMs: serverTimestamp.getTime(), timeNs: Math.floor(dataValue.serverPicoseconds / 1000) };
  }
  return { timeMs: arrivalMs, timeNs: 0 };
}

function refusal(tag: Tag, reason: string, message: string, dataValue: DataValue): Refusal {
  return {
    reason,
    message,
    from: `source:${tag.source}`,
    where: tag.address,
    payload: dataValue.toString(),
    tag: tag.id,
  };
}
