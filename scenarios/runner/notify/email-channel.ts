import { createTransport } from 'nodemailer';
import { mailText } from '../../alarms/notification-text.ts';
import type { Channel } from './channel.ts';

export interface EmailOptions {
  readonly id: string;
  readonly host: string;
  readonly port: number;
  readonly security: 'starttls' | 'tls' | 'none';
  /** PEM of the authority that signed the server's certificate; absent: those of the system. */
  readonly ca?: string | undefined;
  readonly login?: { readonly user: string; readonly pass: string } | undefined;
  readonly from: string;
  readonly to: readonly string[];
  readonly timeoutMs?: number;
}

const TIMEOUT_MS = 10_000;

/** E-mail over SMTP: one message a batch. Without a valid certificate nothing is sent, unless `security` is `none`. */
export function emailChannel(options: EmailOptions): Channel {
  const { id, host, port, security, ca, login, from, to, timeoutMs = TIMEOUT_MS } = options;
  const transport = createTransport({
    ...{ host, port, secure: security === 'tls' },
    ...{ requireTLS: security === 'starttls', ignoreTLS: security === 'none' },
    tls: { minVersion: 'TLSv1.2', ...(ca !== undefined && { ca }) },
    ...(login && { auth: { user: login.user, pass: login.pass } }),
    ...{ connectionTimeout: timeoutMs, greetingTimeout: timeoutMs, socketTimeout: timeoutMs },
    // A text is all there is to send: no part of it may name a file or an address to be read in.
    ...{ disableFileAccess: true, disableUrlAccess: true },
  });
  return {
    id,
    address: `${host}:${port}`,
    send: async ({ delivery, plant, notifications }) => {
      const { subject, text } = mailText(plant, notifications);
      await transport.sendMail({
        ...{ from, to: [...to], subject, text },
        headers: { 'X-Plantscope-Delivery': delivery, 'Auto-Submitted': 'auto-generated' },
      });
    },
  };
}
