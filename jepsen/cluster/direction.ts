/**
 * One direction of a connection through the proxy: bytes, and the end of them, pass in order, when the link lets them. What waits is bounded:
 * beyond that the source is not read any more. The end of a connection is held back by a cut like everything else: who is cut off does not
 * hear that the other side has died.
 */
import type { Socket } from 'node:net';
import type { LinkState } from './links.ts';

const WAITING_BYTES_MAX = 4 * 1024 * 1024;

type Item =
  | { readonly kind: 'bytes'; readonly bytes: Buffer; readonly dueMs: number }
  | { readonly kind: 'end'; readonly dueMs: number }
  | { readonly kind: 'reset'; readonly dueMs: number };

export interface DirectionOptions {
  readonly source: Socket;
  readonly sink: Socket;
  /** What holds now. */
  readonly state: () => LinkState;
  /** Uniform in [0, 1). */
  readonly unit: () => number;
  /** Sees the bytes as they come, before anything is done to them. */
  readonly peek?: (bytes: Buffer) => void;
}

export class Direction {
  private readonly options: DirectionOptions;
  private waiting: Item[] = [];
  private waitingBytes = 0;
  private timer: NodeJS.Timeout | undefined;
  private lastDueMs = 0;
  private blocked = false;
  private closed = false;

  constructor(options: DirectionOptions) {
    this.options = options;
    const { source, sink } = options;
    source.on('data', (bytes: Buffer) => {
      options.peek?.(bytes);
      this.push({ kind: 'bytes', bytes, dueMs: this.dueAt(bytes.length) });
    });
    source.on('end', () => this.push({ kind: 'end', dueMs: this.dueAt(0) }));
    source.on('error', () => this.push({ kind: 'reset', dueMs: this.dueAt(0) }));
    sink.on('drain', () => {
      this.blocked = false;
      this.pass();
    });
  }

  /** What may pass now passes; called when the rules have changed. */
  pass(): void {
    clearTimeout(this.timer);
    this.timer = undefined;
    while (!this.closed && !this.blocked && !this.options.state().cut) {
      const next = this.waiting[0];
      if (next === undefined) break;
      const leftMs = next.dueMs - performance.now();
      if (leftMs > 0) {
        this.timer = setTimeout(() => this.pass(), leftMs);
        break;
      }
      this.waiting.shift();
      this.deliver(next);
    }
    if (!this.closed && this.waitingBytes < WAITING_BYTES_MAX && this.options.source.isPaused())
      this.options.source.resume();
  }

  close(): void {
    this.closed = true;
    clearTimeout(this.timer);
    this.waiting = [];
  }

  private deliver(item: Item): void {
    const { sink } = this.options;
    switch (item.kind) {
      case 'bytes':
        this.waitingBytes -= item.bytes.length;
        if (!sink.destroyed && !sink.writableEnded) this.blocked = !sink.write(item.bytes);
        return;
      case 'end':
        sink.end();
        return;
      case 'reset':
        sink.resetAndDestroy();
        return;
    }
  }

  private push(item: Item): void {
    if (this.closed) return;
    this.waiting.push(item);
    if (item.kind === 'bytes') this.waitingBytes += item.bytes.length;
    if (this.waitingBytes >= WAITING_BYTES_MAX) this.options.source.pause();
    this.pass();
  }

  /** Never before what came earlier. */
  private dueAt(bytes: number): number {
    const { delayMs, jitterMs, bytesPerSecond } = this.options.state();
    const nowMs = performance.now();
    const takesMs = bytesPerSecond === Infinity ? 0 : (bytes / bytesPerSecond) * 1_000;
    const free = delayMs === 0 && jitterMs === 0 && takesMs === 0;
    if (free && this.waiting.length === 0) return nowMs;
    const dueMs = nowMs + delayMs + jitterMs * this.options.unit();
    this.lastDueMs = Math.max(dueMs, this.lastDueMs) + takesMs;
    return this.lastDueMs;
  }
}
