import { createHmac } from 'node:crypto';
import type { Clock } from '../../../model/clock.ts';
import { PlantscopeError } from '../../../model/error.ts';
import type { Channel, Message } from './channel.ts';

export interface WebhookOptions {
  readonly id: string;
  readonly url: string;
  /** Key of the signature; absent: messages are not signed. */
  readonly secret?: string | undefined;
  readonly clock: Clock;
  readonly timeoutMs?: number;
}

const TIMEOUT_MS = 10_000;

/**
 * JSON by POST. With a secret each message carries `X-Plantscope-Signature: t=<unix seconds>,v1=<hex>`: HMAC-SHA256 over
 * `<unix seconds>.<body>`, so that the receiver can refuse what is forged, changed or old.
 */
export function webhookChannel({ id, url, secret, clock, timeoutMs = TIMEOUT_MS }: WebhookOptions): Channel {
  const { host, protocol } = new URL(url);
  return {
    id,
    address: `${protocol}//${host}`,
    send: async (message) => {
      const body = JSON.stringify({ version: 1, ...message });
      const response = await fetch(url, {
        method: 'POST',
        body,
        // Another place than the one configured is not to get the alarms of a plant.
        redirect: 'manual',
        signal: AbortSignal.timeout(timeoutMs),
        headers: headersOf(message, body, secret, clock.nowMs()),
      });
      await response.body?.cancel();
      if (response.ok) return;
      throw new PlantscopeError('notification-refused', `${host} answered ${response.status}`, {
        ...{ where: id, retryable: true },
      });
    },
  };
}

function headersOf(
  { delivery }: Message,
  body: string,
  secret: string | undefined,
  nowMs: number,
): Record<string, string> {
  const seconds = Math.floor(nowMs / 1000);
  return {
    'content-type': 'application/json; charset=utf-8',
    'user-agent': 'plantscope',
    'x-plantscope-delivery': delivery,
    ...(secret !== undefined && { 'x-plantscope-signature': signatureOf(secret, seconds, body) }),
  };
}

/** `t=<unix seconds>,v1=<hex of HMAC-SHA256>` */
export const signatureOf = (secret: string, seconds: number, body: string): string =>
  `t=${seconds},v1=${createHmac('sha256', secret).update(`${seconds}.${body}`).digest('hex')}`;
