import type { InfluxDB, SendOptions } from '@influxdata/influxdb-client';

/**
 * The body of an answer as text. The transport's own `request` joins a body anew with every chunk: of a large answer
 * that costs more than reading it.
 * @throws HttpError for a status of 300 or more
 */
export function answerText(
  transport: InfluxDB['transport'],
  path: string,
  body: string,
  options: SendOptions,
): Promise<string> {
  const chunks: Uint8Array[] = [];
  return new Promise((resolve, reject) => {
    transport.send(path, body, options, {
      next: (chunk) => {
        chunks.push(chunk);
      },
      error: reject,
      complete: () => resolve(Buffer.concat(chunks).toString('utf8')),
    });
  });
}
