import type { Logger } from 'pino';

/**
 * Ends the process when it is told to: in order, once, and with an exit code that says how it went. Nest's own hooks would
 * kill the process before the database that we started has been stopped.
 *
 * @param close ends everything; it is called once, however often the signal comes
 */
export function closeOnSignal(close: () => Promise<void>, logger: Logger): void {
  let isClosing = false;
  const end = (signal: NodeJS.Signals) => {
    if (isClosing) return;
    isClosing = true;
    logger.info({ signal }, 'stopping');
    close().then(
      () => process.exit(0),
      (error: unknown) => {
        logger.error({ err: error }, 'the stop failed');
        process.exit(1);
      },
    );
  };
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, end);
}
