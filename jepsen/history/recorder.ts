/**
 * Takes down a history: numbers operations in the order in which they are noticed, stamps them, keeps them for the checkers and writes them to a
 * file as lines of JSON, a batch at a time, so that a runner that is killed leaves all but its last moment behind.
 *
 * An invoke is recorded before it is sent and a completion after it has come, so that the order of the history is an order of real time: what
 * completed before another thing began stands before it.
 */
import { closeSync, openSync, writeSync } from 'node:fs';
import type { Operation } from './operation.ts';

export interface RecorderOptions {
  /** Monotonic, since the run began. */
  readonly nowMs: () => number;
  /** Undefined: kept in memory alone. */
  readonly file?: string | undefined;
}

const LINES_PER_WRITE = 256;
const FLUSH_AFTER_MS = 100;

/** Where faults are written down. */
export interface Records {
  record(what: Omit<Operation, 'index' | 'timeMs'>): unknown;
}

export class Recorder {
  readonly operations: Operation[] = [];
  private readonly nowMs: () => number;
  private readonly file: number | undefined;
  private written = 0;
  private timer: NodeJS.Timeout | undefined;

  constructor(options: RecorderOptions) {
    this.nowMs = options.nowMs;
    this.file = options.file === undefined ? undefined : openSync(options.file, 'w');
  }

  record(what: Omit<Operation, 'index' | 'timeMs'>): Operation {
    const operation: Operation = { index: this.operations.length, timeMs: this.nowMs(), ...what };
    this.operations.push(operation);
    if (this.operations.length - this.written >= LINES_PER_WRITE) this.flush();
    else this.timer ??= setTimeout(() => this.flush(), FLUSH_AFTER_MS);
    return operation;
  }

  flush(): void {
    clearTimeout(this.timer);
    this.timer = undefined;
    const lines = this.operations.slice(this.written).map((operation) => `${JSON.stringify(operation)}\n`);
    this.written = this.operations.length;
    if (this.file !== undefined && lines.length > 0) writeSync(this.file, lines.join(''));
  }

  close(): void {
    this.flush();
    if (this.file !== undefined) closeSync(this.file);
  }
}
