/**
 * HJ 212 frames a second on one core: found in a stream of 64 KiB chunks, checked (length, CRC) and their items parsed.
 * The frames are minute data of a stack with ten factors. Medians of five.
 */
import { encodeFrame } from '../gateway/hj212/protocol/encode.ts';
import { FrameReader } from '../gateway/hj212/protocol/frame-reader.ts';
import { parseItems } from '../gateway/hj212/protocol/items.ts';

const FRAMES = 40_000;
const CHUNK_BYTES = 65_536;
const ROUNDS = 5;
const factors = 'a00000 a01011 a01012 a01013 a01014 a19001 a21002 a21005 a21026 a34013'.split(' ');

const stream = Buffer.concat(Array.from({ length: FRAMES }, (_, number) => frameOf(number)));
const withGarbage = Buffer.concat(
  Array.from({ length: FRAMES }, (_, number) => [frameOf(number), garbageOf(number)]).flat(),
);
const rates = { clean: [] as Rate[], garbage: [] as Rate[] };
for (let round = 0; round < ROUNDS; round++) {
  rates.clean.push(rateOf(stream));
  rates.garbage.push(rateOf(withGarbage));
}
process.stdout.write(
  `${JSON.stringify({
    ...{ frames: FRAMES, bytesPerFrame: Math.round(stream.length / FRAMES) },
    ...{ clean: medians(rates.clean), withGarbageBetween: medians(rates.garbage) },
  })}\n`,
);

/** By the clock on the wall, and by the time the processor worked for it: on a shared machine the two differ. */
interface Rate {
  readonly perS: number;
  readonly perCpuS: number;
}

function rateOf(bytes: Buffer): Rate {
  const reader = new FrameReader();
  let frames = 0;
  let values = 0;
  const [began, cpuBegan] = [performance.now(), process.cpuUsage()];
  for (let at = 0; at < bytes.length; at += CHUNK_BYTES) {
    for (const found of reader.push(bytes.subarray(at, at + CHUNK_BYTES))) {
      if (!found.ok) continue;
      frames += 1;
      values += Object.keys(parseItems(found.frame.cp).items).length;
    }
  }
  const elapsedS = (performance.now() - began) / 1000;
  const { user, system } = process.cpuUsage(cpuBegan);
  if (frames !== FRAMES || values !== FRAMES * factors.length) throw new Error(`${frames} frames came out`);
  return { perS: Math.round(FRAMES / elapsedS), perCpuS: Math.round(FRAMES / ((user + system) / 1e6)) };
}

function frameOf(number: number): Buffer {
  const groups = factors.map((factor, index) => {
    const value = ((number % 97) + index).toFixed(3);
    return `${factor}-Min=${value},${factor}-Avg=${value},${factor}-Max=${value},${factor}-Flag=N`;
  });
  return encodeFrame({
    ...{ QN: String(20260101000000000n + BigInt(number)), ST: '31', CN: '2051', PW: '123456' },
    ...{ MN: '010000A8900016F000169DC0', Flag: '5' },
    cp: `DataTime=20260101000000;${groups.join(';')}`,
  });
}

/** Between frames: nothing, a Modbus reply, a frame cut short, or random bytes of a fixed recipe. */
function garbageOf(number: number): Buffer {
  if (number % 4 === 0) return Buffer.alloc(0);
  if (number % 4 === 1) return Buffer.from('0103142323303130350d0a26263443423126264646464623', 'hex');
  if (number % 4 === 2) return frameOf(number).subarray(0, 40 + (number % 300));
  return Buffer.from(Array.from({ length: 64 }, (_, index) => (number * 31 + index * 17) % 256));
}

function medians(all: readonly Rate[]): Rate {
  return { perS: median(all.map(({ perS }) => perS)), perCpuS: median(all.map(({ perCpuS }) => perCpuS)) };
}

function median(values: number[]): number {
  return values.sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;
}
