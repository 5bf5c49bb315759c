import { PlantscopeError } from '../../../model/error.ts';
import { encodeFrame, type FrameToWrite } from './encode.ts';
import { type Frame, type Head, headFields, writeHead } from './frame.ts';
import type { Found } from './frame-reader.ts';
import { parseItems, writeItems } from './items.ts';
import type { CipherForm } from './sm4.ts';

/**
 * One frame as a JSON object: what a reader needs, and what is needed to write the same bytes again. Fields that the
 * standard's own order and line end already give are left out.
 */
export function toJsonObject(found: Found): Record<string, unknown> {
  if (!found.ok) return { ok: false, code: found.code, offset: found.offset };
  const { frame, offset } = found;
  const { items, params } = parseItems(frame.cp);
  const json: Record<string, unknown> = {
    ok: true,
    edition: frame.edition,
    QN: frame.QN ?? null,
    ST: frame.ST ?? null,
    CN: frame.CN ?? null,
    MN: frame.MN ?? null,
    flags: frame.flags ?? null,
    items,
    params,
    cp: frame.cp,
    offset,
  };
  addRest(frame, json);
  return json;
}

const otherFields = ['PW', 'Flag', 'PNUM', 'PNO', 'RF'] as const;

/** What only a writer of the same bytes needs. */
function addRest(frame: Frame, json: Record<string, unknown>): void {
  for (const field of otherFields) if (frame[field] !== undefined) json[field] = frame[field];
  json.crc = frame.crc;
  if (writeHead(frame) !== frame.head) json.head = frame.head;
  if (frame.end !== '\r\n') json.end = frame.end;
  if (frame.charset) json.charset = frame.charset;
  if (frame.cipher) json.cipher = frame.cipher;
  if (frame.cipher || frame.warnings.includes('length-in-characters')) json.length = frame.declaredLength;
  if (frame.warnings.length > 0) json.warnings = frame.warnings;
}

/**
 * The bytes of a frame given as JSON. Without `cp` the text is written from `params` and `items`.
 * @param key SM4 key, needed where `cipher` is set
 * @throws PlantscopeError `hj212-json`, `hj212-too-long`
 */
export function fromJsonObject(json: unknown, key?: Uint8Array): Buffer {
  if (!isRecord(json)) throw refused('a line must hold one JSON object');
  const frame: { -readonly [name in keyof FrameToWrite]: FrameToWrite[name] } = {
    ...readHead(json),
    cp: readCp(json),
  };
  if (json.head !== undefined) frame.head = readText(json, 'head');
  if (json.crc !== undefined) frame.crc = readText(json, 'crc');
  if (json.end !== undefined) frame.end = readText(json, 'end');
  if (json.charset === 'latin1') frame.charset = 'latin1';
  if (typeof json.length === 'number') frame.declaredLength = json.length;
  if (json.cipher !== undefined) frame.cipher = { key: requireKey(key), form: readForm(json.cipher) };
  return encodeFrame(frame);
}

function readHead(json: Readonly<Record<string, unknown>>): Head {
  const head: { -readonly [field in keyof Head]: string } = {};
  for (const field of headFields) {
    const value = json[field];
    if (value === null || value === undefined) continue;
    if (typeof value !== 'string' && typeof value !== 'number') throw refused(`${field} must be a text`);
    head[field] = String(value);
  }
  return head;
}

function readCp(json: Readonly<Record<string, unknown>>): string {
  if (json.cp !== undefined) return readText(json, 'cp');
  const params = readValues(json.params ?? {}, 'params');
  const items = json.items ?? {};
  if (!isRecord(items)) throw refused('items must be an object');
  const groups = Object.entries(items).map(
    ([factor, values]) => [factor, readValues(values, factor)] as const,
  );
  return writeItems(params, Object.fromEntries(groups));
}

function readValues(values: unknown, name: string): Record<string, string> {
  if (!isRecord(values)) throw refused(`${name} must be an object of texts`);
  for (const [key, value] of Object.entries(values)) {
    if (typeof value !== 'string')
      throw refused(`${name}.${key} must be a text: a number would lose its digits`);
  }
  return values as Record<string, string>;
}

function readText(json: Readonly<Record<string, unknown>>, name: string): string {
  const value = json[name];
  if (typeof value !== 'string') throw refused(`${name} must be a text`);
  return value;
}

function readForm(value: unknown): CipherForm {
  if (value === 'bytes' || value === 'text') return value;
  throw refused('cipher must be "bytes" or "text"');
}

function requireKey(key: Uint8Array | undefined): Uint8Array {
  if (key) return key;
  throw new PlantscopeError('sm4-key', 'This frame is encrypted and no SM4 key was given');
}

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const refused = (message: string): PlantscopeError =>
  new PlantscopeError('hj212-json', `HJ 212 frame: ${message}`);
