/** When an expression of the calendar comes true next. Only leaders ask: the machine is told times. */
import { FlowError } from '@flowmesh/base';
import { Cron } from 'croner';

/** The first time after `afterMs`; undefined: never again. INVALID_ARGUMENT where it is no expression, or no time zone. */
export function nextTime(
  expression: string,
  timeZone: string,
  afterMs: number,
): number | undefined | FlowError {
  try {
    const cron = new Cron(expression, { paused: true, timezone: timeZone === '' ? 'UTC' : timeZone });
    return cron.nextRun(new Date(afterMs))?.getTime();
  } catch (cause) {
    return new FlowError('INVALID_ARGUMENT', `'${expression}' is no schedule: ${messageOf(cause)}`, {
      hint: "Five or six fields, as in '0 9 * * 1-5', or @hourly; the time zone is an IANA name, as in Europe/Berlin.",
      details: { field: 'expression' },
      cause,
    });
  }
}

function messageOf(cause: unknown): string {
  return cause instanceof Error ? cause.message : String(cause);
}
