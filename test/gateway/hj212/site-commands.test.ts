import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { commandNames } from '../../../gateway/hj212/protocol/codes.ts';
import { commands } from '../../../gateway/hj212/protocol/commands.ts';
import { encodeFrame, type FrameToWrite } from '../../../gateway/hj212/protocol/encode.ts';
import type { Frame } from '../../../gateway/hj212/protocol/frame.ts';
import { FrameReader } from '../../../gateway/hj212/protocol/frame-reader.ts';
import { answerRequest, type SiteActions } from '../../../gateway/hj212/protocol/site-commands.ts';

const MN = 'A1';
const head = { QN: '1', ST: '31', MN, PW: '123456', edition: '2017' } as const;
const bare: SiteActions = {
  systemOf: (asked) => (asked === MN ? '31' : undefined),
  isPassword: (PW) => PW === '123456',
  nowMs: () => Date.UTC(2026, 0, 1),
};

function read(frame: FrameToWrite): Frame {
  const [found] = new FrameReader().push(encodeFrame(frame));
  if (!found?.ok) throw new Error('the test wrote no frame');
  return found.frame;
}

async function answersOf(frame: FrameToWrite, actions: SiteActions): Promise<string[]> {
  const sent: string[] = [];
  await answerRequest(read(frame), actions, (answer) => sent.push(`${answer.CN} ${answer.cp}`));
  return sent;
}

describe('a station answers', () => {
  it('what it does not offer with "unknown command"', async () => {
    const asked = [
      ...[commands.setTimeout(head, 5, 3), commands.setTime(head, 0), commands.getRealtimeInterval(head)],
      ...[
        commands.setMinuteInterval(head, 10),
        commands.setPassword(head, 'x'),
        commands.startRealtime(head),
      ],
      commands.history(head, 'day', 0, 1000),
    ];
    for (const frame of asked) expect(await answersOf(frame, bare)).toEqual(['9011 QnRtn=8']);
    expect(await answersOf(commands.getTime(head), bare)).toEqual([
      ...['9011 QnRtn=1', '1011 SystemTime=20260101080000', '9012 ExeRtn=1'],
    ]);
  });

  it('what breaks while it is carried out with "system fault"', async () => {
    const broken: SiteActions = { ...bare, history: () => Promise.reject(new Error('store away')) };
    expect(await answersOf(commands.history(head, 'hour', 0, 1000), broken)).toEqual([
      ...['9011 QnRtn=1', '9012 ExeRtn=6'],
    ]);
  });

  it('any request with frames of its own, and never throws', async () => {
    const known = commandNames.map(({ code }) => code);
    const text = fc.stringMatching(/^[A-Za-z0-9=;,.-]{0,60}$/);
    const request = fc.record({
      CN: fc.oneof(fc.constantFrom(...known), fc.stringMatching(/^\d{4}$/)),
      Flag: fc.oneof(fc.integer({ min: 0, max: 300 }).map(String), fc.constant('')),
      PW: fc.constantFrom('123456', ''),
      MN: fc.constantFrom(MN, 'B2', ''),
      cp: fc.oneof(text, fc.constantFrom('SystemTime=', 'BeginTime=20260101000000;EndTime=20259999999999')),
    });
    const able: SiteActions = {
      ...bare,
      ...{ setTime: () => 1, setPatience: () => 1, setPassword: () => 1, setInterval: () => 1 },
      ...{ intervals: () => ({ realtimeS: 30, minuteMin: 10 }), realtime: () => undefined },
      ...{ history: async () => 100, deviceInformation: () => undefined },
    };
    await fc.assert(
      fc.asyncProperty(request, async (fields) => {
        const answers = await answersOf({ QN: '7', ST: '91', ...fields }, able);
        expect(answers[0]).toMatch(/^9011 QnRtn=\d+$|^9013 $/);
        expect(answers.length).toBeLessThanOrEqual(3);
      }),
      { numRuns: 500 },
    );
  });
});
