/**
 * Standard output with back-pressure and a quiet end: when the reader goes away (`| head`), `closed` aborts and nothing more is
 * written. Small writes are gathered; `flush` hands them over.
 */
import type { Writable } from 'node:stream';

const CHUNK_BYTES = 64 * 1024;

export class Sink {
  private readonly stream: Writable;
  private readonly gone = new AbortController();
  private pending: Buffer[] = [];
  private pendingBytes = 0;
  private timer: NodeJS.Immediate | undefined;
  private readonly onError = (error: Error): void => {
    if ((error as NodeJS.ErrnoException).code !== 'EPIPE') this.failure ??= error;
    this.gone.abort();
  };
  private failure: Error | undefined;

  constructor(stream: Writable) {
    this.stream = stream;
    stream.on('error', this.onError);
  }

  /** Aborts when nobody reads any more. */
  get closed(): AbortSignal {
    return this.gone.signal;
  }

  /** Takes text or bytes; resolves at once, or when the stream has taken what was gathered. */
  async write(data: string | Uint8Array): Promise<void> {
    if (this.gone.signal.aborted) return;
    const buffer = typeof data === 'string' ? Buffer.from(data) : Buffer.from(data);
    this.pending.push(buffer);
    this.pendingBytes += buffer.length;
    if (this.pendingBytes >= CHUNK_BYTES) await this.flush();
    else this.timer ??= setImmediate(() => this.hand());
  }

  async flush(): Promise<void> {
    const ready = this.hand();
    if (ready || this.gone.signal.aborted) {
      if (this.failure !== undefined) throw this.failure;
      return;
    }
    await new Promise<void>((resolve) => {
      const done = (): void => {
        this.stream.removeListener('drain', done);
        this.gone.signal.removeEventListener('abort', done);
        resolve();
      };
      this.stream.once('drain', done);
      this.gone.signal.addEventListener('abort', done, { once: true });
    });
    if (this.failure !== undefined) throw this.failure;
  }

  /** Flushes and lets go of the stream. */
  async close(): Promise<void> {
    if (this.timer !== undefined) clearImmediate(this.timer);
    await this.flush();
    if (!this.gone.signal.aborted) await this.written();
    this.stream.removeListener('error', this.onError);
    // A pipe may report its end late; that is no news any more.
    this.stream.on('error', () => undefined);
  }

  private hand(): boolean {
    this.timer = undefined;
    if (this.pending.length === 0 || this.gone.signal.aborted) {
      this.pending = [];
      return !this.stream.writableNeedDrain;
    }
    const chunk = Buffer.concat(this.pending);
    this.pending = [];
    this.pendingBytes = 0;
    return this.stream.write(chunk);
  }

  private written(): Promise<void> {
    return new Promise((resolve) => {
      this.stream.write('', () => resolve());
    });
  }
}
