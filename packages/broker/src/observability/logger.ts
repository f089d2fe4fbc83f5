/**
 * Logs: one JSON object a line, a constant message plus fields. Writing is synchronous, so that the last line before an
 * exit is not lost. Making them pretty is the command line's business.
 */
import { isFlowError } from '@flowmesh/base';
import { pino, type DestinationStream, type Logger } from 'pino';
import type { RecentLog } from './recent-log.ts';

export type { Logger };

export interface LoggerOptions {
  readonly level: 'trace' | 'debug' | 'info' | 'warn' | 'error';
  /** Repeated on every line. */
  readonly fields: Readonly<Record<string, string | number>>;
  /** Standard output unless given. */
  readonly destination?: DestinationStream;
  /** Keeps the latest lines as well. */
  readonly recent?: RecentLog;
}

/** An error as fields: code, hint and details of ours, the stack of all others. */
export function errorFields(error: unknown): Record<string, unknown> {
  if (isFlowError(error)) {
    const { code, message, hint, details, cause } = error;
    return {
      code,
      message,
      ...(hint === undefined ? {} : { hint }),
      ...(Object.keys(details).length === 0 ? {} : { details }),
      ...(cause === undefined ? {} : { cause: errorFields(cause) }),
    };
  }
  if (error instanceof Error) return { message: error.message, stack: error.stack };
  return { message: String(error) };
}

export function createLogger(options: LoggerOptions): Logger {
  const settings = {
    level: options.level,
    base: { ...options.fields },
    timestamp: pino.stdTimeFunctions.isoTime,
    formatters: { level: (label: string) => ({ level: label }) },
    serializers: { err: errorFields, error: errorFields },
  };
  const destination = options.destination ?? pino.destination({ dest: 1, sync: true });
  return pino(settings, options.recent?.over(destination) ?? destination);
}
