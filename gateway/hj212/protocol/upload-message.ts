import type { FrameToWrite } from './encode.ts';
import type { SiteLink, UploadOutcome } from './site-link.ts';
import { divideMessage, splitMessage } from './split.ts';

/** How a message too long for one frame travels: as parts of one (the standard's way), or as messages of their own. */
export type LongMessages = 'parts' | 'messages';

/**
 * Uploads a message under new request numbers, in as many frames as it needs, until all are acknowledged. An
 * acknowledgement names the QN, not the part: so parts go one after the other, and where one stays without an answer the
 * message begins again under another QN; an answer that comes late then belongs to nothing.
 */
export async function uploadMessage(
  link: SiteLink,
  message: FrameToWrite,
  nextQN: () => string,
  long: LongMessages = 'parts',
): Promise<UploadOutcome> {
  // The width of a QN decides how much fits.
  const sample = { ...message, QN: '0'.repeat(17) };
  const frames = long === 'parts' ? splitMessage(sample) : divideMessage(sample);
  const [only] = frames;
  if (frames.length === 1 && only) return link.upload({ ...only, QN: nextQN() });
  if (long === 'messages') return inTurn(frames, (frame) => link.upload({ ...frame, QN: nextQN() }));
  for (let time = 0; time < link.transmissions && link.isConnected; time++) {
    const QN = nextQN();
    const outcome = await inTurn(frames, (frame) => link.uploadOnce({ ...frame, QN }));
    if (outcome.kind !== 'lost') return outcome;
  }
  // A connection that answers no message is dead.
  if (link.isConnected) link.reconnect();
  return { kind: 'lost' };
}

async function inTurn(
  frames: readonly FrameToWrite[],
  upload: (frame: FrameToWrite) => Promise<UploadOutcome>,
): Promise<UploadOutcome> {
  for (const frame of frames) {
    const outcome = await upload(frame);
    if (outcome.kind !== 'acknowledged') return outcome;
  }
  return { kind: 'acknowledged' };
}
