/**
 * Why jobs are dead: how many for each error. At most `LINES_MAX` errors have a line of their own; the rest are counted under ''. A dead
 * job knows where it was counted, so that the counts stay true while lines come and go.
 */
import { ByteReader, ByteWriter, must, utf8Decode } from '@flowmesh/base';
import type { StateReader, StateWriter } from '../machine.ts';
import { TABLE, tablePrefix, textKey } from './queue-keys.ts';

export const ERROR_LINES_MAX = 64;
const LINE_CHARS_MAX = 120;
const OTHER = '';

/** What of an error makes its line: its first line, digits aside, so that ids and times do not make each error its own. */
export function errorLine(error: string): string {
  const first = error.split('\n', 1)[0] ?? '';
  return first.slice(0, LINE_CHARS_MAX).toWellFormed().replace(/\d+/g, '#');
}

export class ErrorHistogram {
  private readonly counts = new Map<string, number>();

  /** True where the error has a line of its own. */
  add(error: string, writer: StateWriter): boolean {
    const line = errorLine(error);
    const named = line !== OTHER && (this.counts.has(line) || this.lines < ERROR_LINES_MAX);
    this.change(named ? line : OTHER, 1, writer);
    return named;
  }

  /** `named`: as `add` said. */
  remove(error: string, named: boolean, writer: StateWriter): void {
    this.change(named ? errorLine(error) : OTHER, -1, writer);
  }

  /** Most frequent first. */
  list(): ReadonlyArray<{ readonly error: string; readonly count: number }> {
    return [...this.counts]
      .map(([error, count]) => ({ error, count }))
      .sort((a, b) => b.count - a.count || (a.error < b.error ? -1 : 1));
  }

  async load(state: StateReader): Promise<void> {
    const pairs = await state.scan({ from: tablePrefix(TABLE.error), to: tablePrefix(TABLE.error + 1) });
    for (const [key, value] of pairs) {
      this.counts.set(utf8Decode(key.subarray(1)), new ByteReader(value).u64());
    }
  }

  private get lines(): number {
    return this.counts.size - (this.counts.has(OTHER) ? 1 : 0);
  }

  private change(line: string, by: number, writer: StateWriter): void {
    const count =
      (by > 0 ? (this.counts.get(line) ?? 0) : must(this.counts.get(line), 'a dead job is counted')) + by;
    if (count === 0) {
      this.counts.delete(line);
      writer.del(textKey(TABLE.error, line));
    } else {
      this.counts.set(line, count);
      writer.put(textKey(TABLE.error, line), new ByteWriter(8).u64(count).view8());
    }
  }
}
