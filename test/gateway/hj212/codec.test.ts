import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  dataAnswer,
  executionResult,
  noticeAnswer,
  requestAnswer,
} from '../../../gateway/hj212/protocol/answers.ts';
import { commandNames, exeRtn, nameOf, qnRtn, systems } from '../../../gateway/hj212/protocol/codes.ts';
import { commands } from '../../../gateway/hj212/protocol/commands.ts';
import { encodeFrame } from '../../../gateway/hj212/protocol/encode.ts';
import { codeIn, factorOf, factors } from '../../../gateway/hj212/protocol/factors.ts';
import { FrameReader } from '../../../gateway/hj212/protocol/frame-reader.ts';
import { parseItems, writeItems } from '../../../gateway/hj212/protocol/items.ts';
import { fromJsonObject, toJsonObject } from '../../../gateway/hj212/protocol/json-line.ts';
import { dayStartMs, formatTime, parseTime, RequestNumbers } from '../../../gateway/hj212/protocol/time.ts';

const MN = '010000A8900016F000169DC0';

describe('answers and commands are the bytes of published frames', () => {
  it('9014 of the 2017 edition', () => {
    const upload = { QN: '20160801085000001', PW: '123456', MN, edition: '2017' } as const;
    const bytes = encodeFrame(dataAnswer(upload)).toString('latin1');
    expect(bytes).toBe(`##0087QN=20160801085000001;ST=91;CN=9014;PW=123456;MN=${MN};Flag=4;CP=&&&&C241\r\n`);
  });

  it('1062 of annex A, 2017, and 1011 of annex A.1, 2025', () => {
    const head = { QN: '20160801085857223', ST: '32', PW: '100000', MN, edition: '2017' } as const;
    expect(encodeFrame(commands.setRealtimeInterval(head, 30)).toString('latin1')).toBe(
      `##0101QN=20160801085857223;ST=32;CN=1062;PW=100000;MN=${MN};Flag=5;CP=&&RtdInterval=30&&1C80\r\n`,
    );
    const newer = { ...head, QN: '20240601085857223', PW: '123456', edition: '2025' } as const;
    expect(encodeFrame(commands.getTime(newer)).toString('latin1')).toBe(
      `##0087QN=20240601085857223;ST=32;CN=1011;PW=123456;MN=${MN};Flag=9;CP=&&&&2200\r\n`,
    );
  });

  it('each answer names its code, and copies QN, PW and MN', () => {
    const request = { QN: '1', PW: '2', MN: '3', edition: '2025' } as const;
    const common = { QN: '1', PW: '2', MN: '3', ST: '91', Flag: '8' };
    expect(requestAnswer(request, qnRtn.password)).toEqual({ ...common, CN: '9011', cp: 'QnRtn=3' });
    expect(executionResult(request, exeRtn.noData)).toEqual({ ...common, CN: '9012', cp: 'ExeRtn=100' });
    expect(noticeAnswer(request)).toEqual({ ...common, CN: '9013', cp: '' });
  });

  it('history is asked for by its CN with both ends', () => {
    const head = { QN: '1', ST: '31', PW: '2', MN: '3', edition: '2017' } as const;
    const [begin, end] = [Date.UTC(2026, 0, 1), Date.UTC(2026, 0, 1, 1)];
    expect(commands.history(head, 'hour', begin, end)).toMatchObject({
      ...{ CN: '2061', Flag: '5', cp: 'BeginTime=20260101080000;EndTime=20260101090000' },
    });
  });
});

describe('tables', () => {
  it('hold each code once', () => {
    for (const table of [systems, commandNames, factors]) {
      const codes = table.map(({ code }) => code);
      expect(new Set(codes).size).toBe(codes.length);
    }
    const old = factors.flatMap(({ code2005 }) => code2005 ?? []);
    expect(new Set(old).size).toBe(old.length);
  });

  it('give words for a code and the code for an edition', () => {
    expect([nameOf(systems, '31'), nameOf(commandNames, '2051'), nameOf(systems, '77')]).toEqual([
      ...['air pollution source', 'minute data', '77'],
    ]);
    expect(['2005', '2017', '2025'].map((edition) => codeIn(edition as '2005', 'a21026'))).toEqual([
      ...['02', 'a21026', 'a21026'],
    ]);
    expect(factorOf('011')).toBe(factorOf('w01018'));
    expect([factorOf('x'), codeIn('2005', 'x')]).toEqual([undefined, 'x']);
  });
});

describe('times', () => {
  it('are China Standard Time both ways', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 4_000_000_000 }), (seconds) => {
        expect(parseTime(formatTime(seconds * 1000))).toBe(seconds * 1000);
      }),
    );
    expect(formatTime(Date.UTC(2026, 0, 1, 16))).toBe('20260102000000');
    expect(dayStartMs(Date.UTC(2026, 0, 1, 15, 59))).toBe(Date.UTC(2025, 11, 31, 16));
    expect(dayStartMs(Date.UTC(2026, 0, 1, 16))).toBe(Date.UTC(2026, 0, 1, 16));
  });

  it('a request number is never given twice, even where the clock stands or goes back', () => {
    let nowMs = Date.UTC(2026, 0, 1);
    const numbers = new RequestNumbers(() => nowMs);
    const given = [numbers.next(), numbers.next()];
    nowMs -= 5000;
    given.push(numbers.next());
    expect(given).toEqual(['20260101080000000', '20260101080000001', '20260101080000002']);
  });
});

describe('round trips', () => {
  const name = fc.stringMatching(/^[A-Za-z][A-Za-z0-9]{0,7}$/);
  const value = fc.stringMatching(/^[A-Za-z0-9.+-]{0,12}$/);
  const params = fc.dictionary(name, value, { maxKeys: 5 });
  const items = fc.dictionary(name, fc.dictionary(name, value, { minKeys: 1, maxKeys: 5 }), { maxKeys: 8 });

  it('items written are the items read', () => {
    fc.assert(
      fc.property(params, items, (given, groups) => {
        expect(parseItems(writeItems(given, groups))).toEqual({ items: groups, params: given });
      }),
    );
  });

  it('a frame written is read, and written again from its JSON is the same bytes', () => {
    const text = fc.string({ unit: 'grapheme', maxLength: 60 }).filter((cp) => !/&|#/.test(cp));
    const flag = fc.integer({ min: 0, max: 15 }).map(String);
    fc.assert(
      fc.property(text, flag, (cp, Flag) => {
        const frame = { QN: '20260101000000001', ST: '31', CN: '2011', PW: 'x', MN, Flag, cp };
        const bytes = encodeFrame(frame);
        const [found] = new FrameReader().push(bytes);
        expect(found).toMatchObject({ ok: true, frame });
        const json = JSON.parse(JSON.stringify(found && toJsonObject(found)));
        expect(fromJsonObject(json).toString('hex')).toBe(bytes.toString('hex'));
      }),
      { numRuns: 500 },
    );
  });

  it('any text as a CP is read without throwing, and names of the language are only names', () => {
    fc.assert(fc.property(fc.string(), (cp) => void parseItems(cp)));
    const { items: read, params: plain } = parseItems('__proto__-Rtd=1;constructor-Rtd=2;__proto__=3');
    expect(Object.keys(read)).toEqual(['__proto__', 'constructor']);
    expect([Object.hasOwn(plain, '__proto__'), Object.getPrototypeOf({}).Rtd]).toEqual([true, undefined]);
  });
});
