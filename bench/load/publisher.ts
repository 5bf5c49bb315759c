/**
 * Load for the ingest benchmark, a process of its own: batches of numbered readings at QoS 1, made before the clock
 * starts, over a bare socket (a client library would take more of the machine than what is measured).
 * `node publisher.js <port> <readings a message> <readings in all>`; starts on the message `go`.
 */
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { generate } from 'mqtt-packet';
import { batchTopic, encodeBatch } from '../../model/batch.ts';
import { loadReading } from './readings.ts';

/** Messages on the way to the broker at a time. */
const UNDER_WAY = 500;
const PUBACK_BYTES = 4;

const [port = 0, perMessage = 100, total = 0] = process.argv.slice(2).map(Number);
const packets = Array.from({ length: total / perMessage }, (_, message) => packetOf(message));
const socket = connect(port, '127.0.0.1');
socket.setNoDelay(true);
socket.write(generate({ cmd: 'connect', clientId: 'bench-publisher', clean: true, keepalive: 0 }));
await once(socket, 'data'); // the broker's CONNACK
process.send?.('ready');
await once(process, 'message');
const before = process.cpuUsage();
await publish(socket, packets);
socket.end();
const { user, system } = process.cpuUsage(before);
process.send?.({ cpuS: (user + system) / 1e6 });
process.disconnect();

function packetOf(message: number): Buffer {
  const from = message * perMessage;
  const readings = Array.from({ length: perMessage }, (_, index) => loadReading(from + index));
  const payload = encodeBatch({ epoch: 1, sequence: message + 1, readings });
  const messageId = (message % 60_000) + 1;
  const topic = batchTopic('bench');
  return generate({ cmd: 'publish', topic, payload, qos: 1, dup: false, retain: false, messageId });
}

/** Keeps `UNDER_WAY` messages on the way until the broker has acknowledged all. */
async function publish(to: Socket, all: readonly Buffer[]): Promise<void> {
  let acknowledgedBytes = 0;
  let sent = 0;
  const sendMore = (): void => {
    const until = Math.min(all.length, Math.floor(acknowledgedBytes / PUBACK_BYTES) + UNDER_WAY);
    if (until > sent) to.write(Buffer.concat(all.slice(sent, until)));
    sent = Math.max(sent, until);
  };
  const allAcknowledged = new Promise<void>((resolve, reject) => {
    to.once('error', reject).once('close', () => reject(new Error('the broker closed the connection')));
    to.on('data', (chunk) => {
      acknowledgedBytes += chunk.length;
      if (acknowledgedBytes >= all.length * PUBACK_BYTES) resolve();
      else sendMore();
    });
  });
  sendMore();
  await allAcknowledged;
}
