import type { ExeRtn, QnRtn } from './codes.ts';
import { encodeFrame, type FrameToWrite } from './encode.ts';
import { type Edition, flagText } from './flag.ts';
import type { Frame, Head } from './frame.ts';

/** What an answer repeats of the frame it answers. */
export type Answered = Pick<Head, 'QN' | 'PW' | 'MN'> & { readonly edition: Edition };

const SYSTEM_INTERACTION = '91';

/** 9011: whether a request is carried out. */
export const requestAnswer = (request: Answered, code: QnRtn): FrameToWrite =>
  answer(request, '9011', `QnRtn=${code}`);

/** 9012: how a request ended. */
export const executionResult = (request: Answered, code: ExeRtn): FrameToWrite =>
  answer(request, '9012', `ExeRtn=${code}`);

/** 9013: a notice (2012, 2022, 1013, 9015 ...) was taken. */
export const noticeAnswer = (notice: Answered): FrameToWrite => answer(notice, '9013', '');

/** 9014: uploaded data were taken. */
export const dataAnswer = (upload: Answered): FrameToWrite => answer(upload, '9014', '');

/** Bytes of the data acknowledgement of an upload. */
export const dataAcknowledgement = (upload: Frame): Buffer => encodeFrame(dataAnswer(upload));

/** QN, PW and MN are the answered frame's, the version too; an answer wants none itself. */
function answer({ QN, PW, MN, edition }: Answered, CN: string, cp: string): FrameToWrite {
  return {
    ...(QN !== undefined && { QN }),
    ...{ ST: SYSTEM_INTERACTION, CN },
    ...(PW !== undefined && { PW }),
    ...(MN !== undefined && { MN }),
    Flag: flagText({ version: edition, split: false, needsAck: false }),
    cp,
  };
}
