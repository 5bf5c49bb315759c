import { setErrorLogger, setWarningLogger } from 'node-opcua';
import type { Logger } from 'pino';

/** The stack prints to the console; what it says belongs into our log, at the level of a detail. */
export function quietStack(logger: Logger): void {
  const note = (...parts: unknown[]): void =>
    logger.debug({ stack: 'node-opcua' }, parts.map(String).join(' '));
  setWarningLogger(note);
  setErrorLogger(note);
}
