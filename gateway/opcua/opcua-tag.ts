import type { DataValue } from 'node-opcua';
import type { Tag } from '../../model/plant.ts';
import type { Reading, ReadingOrigin, ReadingValue } from '../../model/reading.ts';
import type { Refusal } from '../../model/refusal.ts';
import { qualityOf, type StatusCode, statusCodes } from '../../model/status.ts';
import { converter } from '../../model/unit.ts';
import { type OpcuaAddress, parseAddress } from './address.ts';
import { type EnumTexts, takeValue } from './value.ts';

/** A tag with everything that turns a data value of its node into a reading. */
export interface OpcuaTag {
  readonly tag: Tag;
  readonly address: OpcuaAddress;
  readonly toUnit: (value: number) => number;
}

/** @throws PlantscopeError `opcua-address`, `unit-mismatch` */
export function opcuaTag(tag: Tag): OpcuaTag {
  const convert = tag.definition.kind === 'number' ? converter(tag.sourceUnit, tag.unit) : (v: number) => v;
  return { tag, address: parseAddress(tag.address), toUnit: (value) => convert(value) * tag.multiplier };
}

/** Bits of a status code below its severity and sub-code: limit bits and the overflow flag. */
const infoBits = 0xffff;

/** The server's queue overflowed before this value: some before it are lost. @see OPC 10000-4 (1.05) 7.39.1 */
export const hasOverflow = (status: number): boolean => (status & 0x0480) === 0x0480;

/** @param arrivalMs used where the server gives no time at all */
export function toReading(
  { tag, address, toUnit }: OpcuaTag,
  dataValue: DataValue,
  origin: ReadingOrigin,
  arrivalMs: number,
  texts?: EnumTexts,
): Reading | Refusal {
  const taken = takeValue(dataValue.value, address.pointer, tag.definition.kind, texts);
  const given = (dataValue.statusCode.value & ~infoBits) >>> 0;
  if ('unsupported' in taken && qualityOf(given) !== 'bad') {
    return refusal(tag, 'value-unsupported', taken.unsupported, dataValue);
  }
  const raw = 'unsupported' in taken ? null : taken.value;
  if (typeof raw === 'number' && !Number.isFinite(raw)) {
    return refusal(tag, 'not-finite', `${raw} is no measured value`, dataValue);
  }
  const time = timeOf(dataValue, arrivalMs);
  const value = typeof raw === 'number' ? toUnit(raw) : raw;
  return { tag: tag.id, ...time, value, status: statusOf(given, raw, tag), origin };
}

export const isRefusal = (result: Reading | Refusal): result is Refusal => 'reason' in result;

/** @param value in the source's unit, as the range is */
function statusOf(given: StatusCode, value: ReadingValue, { range }: Tag): StatusCode {
  const quality = qualityOf(given);
  if (value === null && quality !== 'bad') return statusCodes.badWaitingForInitialData;
  if (quality !== 'good' || range === undefined || typeof value !== 'number') return given;
  return value < range[0] || value > range[1] ? statusCodes.uncertainEngineeringUnitsExceeded : given;
}

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
