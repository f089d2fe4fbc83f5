/**
 * `--watch [interval]`: the same look again and again. At a terminal it redraws the screen; elsewhere, and with a structured output
 * format, every look is one JSON line. A look that fails is shown and the next one tried. Ends when interrupted.
 */
import { FlowError } from '@flowmesh/client';
import { EXIT } from '../exit-codes.ts';
import { usageError } from '../failure.ts';
import { isStructured } from '../output/format.ts';
import { parseDurationMs } from '../output/times.ts';
import type { Session } from '../session.ts';
import { pause } from './wait.ts';

const INTERVAL_MS = 2_000;
const INTERVAL_MIN_MS = 100;
const HOME_AND_CLEAR = '\u001b[H\u001b[J';

export interface View {
  /** What structured formats print. */
  readonly data: object;
  /** What people see. */
  readonly text: string;
  /** What `raw` prints. */
  readonly raw: string;
  readonly exitCode: number;
}

/** What commander makes of `--watch [interval]`. */
export type WatchOption = string | true | undefined;

export const WATCH_FLAG = '-w, --watch [interval]';
export const WATCH_HELP = 'look again and again (default: every 2s)';

/** Shows one look, or with `--watch` many. */
export async function showView(
  session: Session,
  watch: WatchOption,
  look: () => Promise<View>,
): Promise<number> {
  const { format } = session.style();
  if (watch === undefined) {
    const view = await look();
    if (isStructured(format)) await session.one(view.data, []);
    else await session.sink.write(format === 'raw' ? `${view.raw}\n` : view.text);
    return view.exitCode;
  }
  const intervalMs = watch === true ? INTERVAL_MS : parseDurationMs(watch);
  if (intervalMs === undefined || intervalMs < INTERVAL_MIN_MS) {
    throw usageError(
      `${String(watch)} is not an interval`,
      'Write for instance --watch 2s; the least is 100ms.',
    );
  }
  const screen = session.environment.stdout.isTTY === true && !isStructured(format);
  const ended = AbortSignal.any([session.environment.interrupted, session.sink.closed]);
  while (!ended.aborted) {
    await session.sink.write(await frame(session, look, screen, intervalMs));
    await session.sink.flush();
    await pause(intervalMs, ended);
  }
  return session.environment.interrupted.aborted ? EXIT.interrupted : EXIT.ok;
}

async function frame(
  session: Session,
  look: () => Promise<View>,
  screen: boolean,
  intervalMs: number,
): Promise<string> {
  let view: View;
  try {
    view = await look();
  } catch (error) {
    if (!(error instanceof FlowError)) throw error;
    if (session.environment.interrupted.aborted) return '';
    const { code, message, hint } = error;
    const text = `error: ${message} (${code})\n${hint === undefined ? '' : `hint:  ${hint}\n`}`;
    view = { data: { error: { code, message, hint } }, text, raw: `error ${code}`, exitCode: EXIT.failure };
  }
  if (!screen) return `${JSON.stringify(view.data)}\n`;
  const time = new Date(session.environment.wallMs()).toTimeString().slice(0, 8);
  const head = `${time}, every ${intervalMs / 1_000} s; Ctrl-C ends\n\n`;
  const rows = session.environment.stdout.rows ?? Number.POSITIVE_INFINITY;
  const lines = `${head}${view.text}`.split('\n');
  return `${HOME_AND_CLEAR}${lines.length > rows ? lines.slice(0, rows - 1).join('\n') : lines.join('\n')}`;
}
