import { setErrorLogger, setWarningLogger } from 'node-opcua';
import type { Logger } from 'pino';

/** Said at every message because our monitored items are made through the bare service, which is on purpose. */
const byDesign = /unknown monitoredItem|previous message repeated/;

let target: Logger | undefined;

function note(...parts: unknown[]): void {
  const text = parts.map(String).join(' ');
  if (!byDesign.test(text)) target?.debug({ stack: 'node-opcua' }, text);
}

// At import, because the stack prints its first warning (about RSA PKCS#1 v1.5, which no allowed policy uses) by itself.
setWarningLogger(note);
setErrorLogger(note);

/** The stack prints to the console; what it says belongs into our log, at the level of a detail. */
export function quietStack(logger: Logger): void {
  target = logger;
}
