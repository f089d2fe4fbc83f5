/**
 * `flowmesh stream publish`: lines in, records out, then a summary that counts only what was acknowledged. Interrupted, it stops
 * reading, waits for what is under way and still tells the truth.
 */
import { createReadStream } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import {
  type Acks,
  type Compression,
  FlowError,
  type FlowMesh,
  type Producer,
  type RecordMetadata,
} from '@flowmesh/client';
import { EXIT, exitCodeOf } from '../exit-codes.ts';
import { type Column, formatBytes } from '../output/format.ts';
import type { Session } from '../session.ts';
import { type LineOptions, lineParser, type LineResult } from './line-record.ts';
import { readLines } from './line-reader.ts';

export interface PublishOptions extends LineOptions {
  readonly file?: string;
  readonly rate?: number;
  readonly compression: Compression;
  readonly acks: Acks;
  readonly receipts?: boolean;
}

export interface PublishSummary {
  readonly stream: string;
  /** Lines that became records. */
  readonly records: number;
  readonly acknowledged: number;
  readonly failed: number;
  /** Lines that could not be read as asked. */
  readonly invalid: number;
  /** Keys and values of acknowledged records. */
  readonly bytes: number;
  readonly durationMs: number;
  readonly recordsPerSecond: number;
  readonly bytesPerSecond: number;
  readonly acks: Acks;
  readonly durability: string;
  readonly compression: Compression;
  readonly partitions: readonly {
    readonly partition: number;
    readonly records: number;
    readonly lastOffset: number;
  }[];
}

const COLUMNS: readonly Column<PublishSummary>[] = [
  { header: 'stream', cell: (row) => row.stream },
  { header: 'records', cell: (row) => row.records },
  { header: 'acknowledged', cell: (row) => row.acknowledged },
  { header: 'failed', cell: (row) => row.failed },
  { header: 'invalid lines', cell: (row) => row.invalid },
  { header: 'bytes', cell: (row) => `${row.bytes} (${formatBytes(row.bytes)})` },
  { header: 'time', cell: (row) => `${(row.durationMs / 1_000).toFixed(2)} s` },
  {
    header: 'rate',
    cell: (row) => `${row.recordsPerSecond} records/s, ${formatBytes(row.bytesPerSecond)}/s`,
  },
  { header: 'durability', cell: (row) => row.durability },
  {
    header: 'partitions',
    cell: (row) =>
      row.partitions.map((one) => `${one.partition}: ${one.records} to offset ${one.lastOffset}`).join(', '),
  },
];

const PROGRESS_MS = 1_000;
const NOTES_MAX = 5;

export async function publish(
  session: Session,
  options: PublishOptions,
  args: readonly string[],
): Promise<number> {
  const stream = args[0] ?? '';
  const parse = lineParser(stream, options);
  return await session.withMesh(async (mesh) => {
    // Before any input is taken, so that a wrong name is told at once.
    await mesh.streams.get(stream, session.callOptions);
    const run = new Publication(session, mesh, stream, options);
    await run.feed(parse);
    return await run.finish();
  });
}

class Publication {
  private readonly session: Session;
  private readonly stream: string;
  private readonly options: PublishOptions;
  private readonly producer: Producer;
  private readonly startedMs: number;
  private readonly partitions = new Map<number, { records: number; lastOffset: number }>();
  private lines = 0;
  private records = 0;
  private acknowledged = 0;
  private failed = 0;
  private invalid = 0;
  private bytes = 0;
  private failure: FlowError | undefined;
  private shownMs: number;

  constructor(session: Session, mesh: FlowMesh, stream: string, options: PublishOptions) {
    this.session = session;
    this.stream = stream;
    this.options = options;
    this.producer = mesh.producer({ compression: options.compression, acks: options.acks });
    this.startedMs = session.environment.nowMs();
    this.shownMs = this.startedMs;
  }

  async feed(parse: (line: Buffer) => LineResult): Promise<void> {
    const { interrupted } = this.session.environment;
    const input = this.input();
    const stopReading = (): void => {
      input.destroy();
    };
    interrupted.addEventListener('abort', stopReading, { once: true });
    try {
      for await (const lines of readLines(input)) {
        for (const line of lines) {
          if (interrupted.aborted || this.failure !== undefined) return;
          this.take(parse(line));
          if (!this.producer.hasRoom) await this.producer.room();
          if (this.options.rate !== undefined) await this.keepRate(this.options.rate);
        }
        this.showProgress();
      }
    } catch (error) {
      if (!interrupted.aborted) throw error;
    } finally {
      interrupted.removeEventListener('abort', stopReading);
      stopReading();
    }
  }

  async finish(): Promise<number> {
    await this.producer.flush();
    const summary = this.summary();
    if (this.options.receipts === true) {
      this.session.note(
        `${summary.acknowledged} of ${summary.records} records acknowledged, ${summary.durability}`,
      );
    } else await this.session.one(summary, COLUMNS);
    if (this.failure !== undefined) {
      if (this.acknowledged === 0) throw this.failure;
      this.session.note(
        `error: ${this.failed} records failed: ${this.failure.message} (${this.failure.code})`,
      );
      if (this.failure.hint !== undefined) this.session.note(`hint:  ${this.failure.hint}`);
      return EXIT.partial;
    }
    if (this.invalid > 0) return this.acknowledged > 0 ? EXIT.partial : exitCodeOf('INVALID_ARGUMENT');
    return this.session.environment.interrupted.aborted ? EXIT.interrupted : EXIT.ok;
  }

  private input(): NodeJS.ReadableStream & AsyncIterable<Buffer | string> & { destroy(): unknown } {
    const { file } = this.options;
    if (file !== undefined && file !== '-') return createReadStream(file, { highWaterMark: 256 * 1024 });
    const { stdin } = this.session.environment;
    if (stdin.isTTY === true) this.session.note('Type records, one per line; end with Ctrl-D.');
    return stdin;
  }

  private take(result: LineResult): void {
    this.lines++;
    switch (result.kind) {
      case 'skip':
        return;
      case 'invalid':
        this.invalid++;
        if (this.invalid <= NOTES_MAX) this.session.note(`line ${this.lines}: ${result.cause}`);
        return;
      case 'record': {
        this.records++;
        const line = this.lines;
        this.producer.send(result.record).then(
          (metadata) => this.onAcknowledged(metadata, line),
          (error: unknown) => {
            this.failed++;
            this.failure ??= error instanceof FlowError ? error : new FlowError('INTERNAL', String(error));
          },
        );
      }
    }
  }

  private onAcknowledged(metadata: RecordMetadata, line: number): void | Promise<void> {
    this.acknowledged++;
    this.bytes += Math.max(0, metadata.keySize) + Math.max(0, metadata.valueSize);
    const seen = this.partitions.get(metadata.partition);
    if (seen === undefined)
      this.partitions.set(metadata.partition, { records: 1, lastOffset: metadata.offset });
    else {
      seen.records++;
      seen.lastOffset = Math.max(seen.lastOffset, metadata.offset);
    }
    if (this.options.receipts === true)
      return this.session.sink.write(`${JSON.stringify({ line, ...metadata })}\n`);
  }

  /** Sleeps where sending has run ahead of the rate. */
  private async keepRate(rate: number): Promise<void> {
    const aheadMs = (this.records / rate) * 1_000 - (this.session.environment.nowMs() - this.startedMs);
    if (aheadMs < 5) return;
    await delay(aheadMs, undefined, { signal: this.session.environment.interrupted }).catch(() => undefined);
  }

  private showProgress(): void {
    const { stderr } = this.session.environment;
    const nowMs = this.session.environment.nowMs();
    if (stderr.isTTY !== true || nowMs - this.shownMs < PROGRESS_MS) return;
    this.shownMs = nowMs;
    const seconds = (this.shownMs - this.startedMs) / 1_000;
    const rate = Math.round(this.acknowledged / seconds);
    stderr.write(`\r${this.records} sent, ${this.acknowledged} acknowledged, ${rate}/s `);
  }

  private summary(): PublishSummary {
    const durationMs = Math.max(1, Math.round(this.session.environment.nowMs() - this.startedMs));
    if (this.session.environment.stderr.isTTY === true && this.shownMs > this.startedMs)
      this.session.note('');
    return {
      stream: this.stream,
      records: this.records,
      acknowledged: this.acknowledged,
      failed: this.failed,
      invalid: this.invalid,
      bytes: this.bytes,
      durationMs,
      recordsPerSecond: Math.round((this.acknowledged * 1_000) / durationMs),
      bytesPerSecond: Math.round((this.bytes * 1_000) / durationMs),
      acks: this.options.acks,
      durability:
        this.options.acks === 'all'
          ? 'acknowledged once fsynced by a majority'
          : 'RELAXED: acknowledged once fsynced by the leader alone',
      compression: this.options.compression,
      partitions: [...this.partitions]
        .sort(([a], [b]) => a - b)
        .map(([partition, { records, lastOffset }]) => ({ partition, records, lastOffset })),
    };
  }
}
