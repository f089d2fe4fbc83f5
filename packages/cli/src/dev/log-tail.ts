/** Follows a node's log file and hands out its errors. The node writes the file itself, so it outlives whoever watches. */
import { closeSync, openSync, readSync, statSync } from 'node:fs';

const LEVELS_SHOWN: readonly unknown[] = ['error', 'fatal'];
const CHUNK_BYTES = 64 * 1024;
const LINES_KEPT = 5;

export interface LogTrouble {
  readonly message: string;
  readonly hint: string | undefined;
}

export class LogTail {
  private readonly file: string;
  private position: number;
  private rest = '';
  private readonly recent: string[] = [];

  /** Begins at the present end. */
  constructor(file: string) {
    this.file = file;
    this.position = statSync(file, { throwIfNoEntry: false })?.size ?? 0;
  }

  /** The last lines that were read, for a node that ended. */
  get lastLines(): readonly string[] {
    return this.recent;
  }

  /** Errors written since the last call. */
  read(): LogTrouble[] {
    const troubles: LogTrouble[] = [];
    let handle: number;
    try {
      handle = openSync(this.file, 'r');
    } catch {
      return troubles;
    }
    try {
      const chunk = Buffer.alloc(CHUNK_BYTES);
      for (;;) {
        const size = readSync(handle, chunk, 0, CHUNK_BYTES, this.position);
        if (size === 0) return troubles;
        this.position += size;
        const lines = (this.rest + chunk.toString('utf8', 0, size)).split('\n');
        this.rest = lines.pop() ?? '';
        for (const line of lines) this.take(line, troubles);
      }
    } finally {
      closeSync(handle);
    }
  }

  private take(line: string, troubles: LogTrouble[]): void {
    if (line === '') return;
    this.recent.push(line);
    if (this.recent.length > LINES_KEPT) this.recent.shift();
    const trouble = troubleIn(line);
    if (trouble !== undefined) troubles.push(trouble);
  }
}

function troubleIn(line: string): LogTrouble | undefined {
  let entry: { level?: unknown; msg?: unknown; hint?: unknown; err?: { message?: unknown; hint?: unknown } };
  try {
    entry = JSON.parse(line) as typeof entry;
  } catch {
    return undefined;
  }
  if (!LEVELS_SHOWN.includes(entry.level)) return undefined;
  const cause = typeof entry.err?.message === 'string' ? `: ${entry.err.message}` : '';
  const hint = entry.hint ?? entry.err?.hint;
  return {
    message: `${typeof entry.msg === 'string' ? entry.msg : 'error'}${cause}`,
    hint: typeof hint === 'string' ? hint : undefined,
  };
}
