/** How far long work is, on standard error: a line that redraws itself at a terminal, elsewhere a line now and then. */
import { colorWanted, type CliEnvironment } from '../environment.ts';

const BAR_WIDTH = 24;
/** Elsewhere than at a terminal, a new line at most this often. */
const LINE_INTERVAL_MS = 10_000;

export class Progress {
  private readonly environment: CliEnvironment;
  private lastLineMs = Number.NEGATIVE_INFINITY;
  private lastText = '';
  private drawn = false;

  constructor(environment: CliEnvironment) {
    this.environment = environment;
  }

  /** `done` of `total` draws a bar; without them, only the text. */
  update(text: string, share?: { readonly done: number; readonly total: number }): void {
    const { stderr } = this.environment;
    if (stderr.isTTY === true) {
      stderr.write(`\r\u001b[K${share === undefined ? '' : `${bar(share, this.environment)} `}${text}`);
      this.drawn = true;
      return;
    }
    const now = this.environment.nowMs();
    if (text === this.lastText || now - this.lastLineMs < LINE_INTERVAL_MS) return;
    this.lastText = text;
    this.lastLineMs = now;
    stderr.write(`${text}\n`);
  }

  /** Leaves the last line where it is. */
  end(): void {
    if (this.drawn) this.environment.stderr.write('\n');
    this.drawn = false;
  }
}

function bar(share: { readonly done: number; readonly total: number }, environment: CliEnvironment): string {
  const part = share.total <= 0 ? 1 : Math.min(1, Math.max(0, share.done / share.total));
  const full = Math.round(part * BAR_WIDTH);
  const drawing = `${'█'.repeat(full)}${'░'.repeat(BAR_WIDTH - full)}`;
  const percent = `${Math.floor(part * 100)} %`.padStart(5);
  return `${colorWanted(environment) ? `\u001b[36m${drawing}\u001b[39m` : drawing}${percent}`;
}
