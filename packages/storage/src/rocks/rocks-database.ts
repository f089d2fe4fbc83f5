/**
 * One opening of the database with its two workers. Closing any handle closes the shared database, so the workers end first.
 */
import { Worker } from 'node:worker_threads';
import { FlowError } from '@flowmesh/base';
import { RocksLevel } from './binding.ts';
import type { FromReader, FromWriter, ToReader, ToWriter, WorkerData } from './messages.ts';
import { faultOf, flowErrorOf } from './rocks-errors.ts';
import { databaseOptions, type RocksTuning } from './rocks-options.ts';

export interface DatabaseListener {
  onWriter(message: FromWriter): void;
  onReader(message: FromReader): void;
  /** A worker died by itself. */
  onWorkerLost(error: FlowError): void;
}

const WORKER_HEAP_MIB = 64;

export class RocksDatabase {
  /** Number of the last operation that recovery found. Recovery flushes to synced files, so all of it is durable. */
  readonly recoveredSequence: number;
  private readonly database: RocksLevel;
  private readonly writer: Worker;
  private readonly reader: Worker;
  private closing: Promise<void> | undefined;
  private writeFailed = false;

  private constructor(database: RocksLevel, writer: Worker, reader: Worker) {
    this.database = database;
    this.recoveredSequence = database.sequence;
    this.writer = writer;
    this.reader = reader;
  }

  /** Rejects with CORRUPTION, DISK_FULL, STORAGE_IO or (held by another process) UNAVAILABLE. */
  static async open(dir: string, tuning: RocksTuning, listener: DatabaseListener): Promise<RocksDatabase> {
    const database = new RocksLevel(dir, databaseOptions(tuning));
    try {
      await database.open();
    } catch (error) {
      const { fault, message } = faultOf(error);
      throw flowErrorOf(fault, message);
    }
    const data: WorkerData = { handle: database.handle };
    const writer = start(new URL('./rocks-writer.ts', import.meta.url), data);
    const reader = start(new URL('./rocks-reader.ts', import.meta.url), data);
    const opened = new RocksDatabase(database, writer, reader);
    try {
      await Promise.all([ready(writer), ready(reader)]);
    } catch (error) {
      await opened.close();
      throw new FlowError('INTERNAL', 'a storage worker did not start', { cause: error });
    }
    opened.attach(listener);
    return opened;
  }

  private attach(listener: DatabaseListener): void {
    this.writer.on('message', (message: FromWriter) => {
      if (message.kind === 'failed') this.writeFailed = true;
      listener.onWriter(message);
    });
    this.reader.on('message', (message: FromReader) => listener.onReader(message));
    for (const worker of [this.writer, this.reader]) {
      worker.on('error', (cause) =>
        listener.onWorkerLost(new FlowError('STORAGE_IO', 'a storage worker failed', { cause })),
      );
      worker.on('exit', () => {
        if (this.closing === undefined) {
          listener.onWorkerLost(new FlowError('STORAGE_IO', 'a storage worker ended by itself'));
        }
      });
    }
  }

  write(message: ToWriter & { kind: 'write' }): void {
    this.writer.postMessage(message, [message.ops.buffer]);
  }

  read(message: ToReader): void {
    this.reader.postMessage(message);
  }

  property(name: string): string {
    return this.database.getProperty(name);
  }

  close(): Promise<void> {
    this.closing ??= this.closeInOrder();
    return this.closing;
  }

  private async closeInOrder(): Promise<void> {
    await Promise.all([ended(this.writer), ended(this.reader)]);
    try {
      await this.database.close();
    } catch (error) {
      // After a failed write closing only repeats the failure; the database is released all the same.
      if (this.writeFailed) return;
      const { fault, message } = faultOf(error);
      throw flowErrorOf(fault, message);
    }
  }
}

function start(file: URL, data: WorkerData): Worker {
  return new Worker(file, {
    workerData: data,
    // Options of this process, such as an inline script's, mean nothing to the worker.
    execArgv: [],
    resourceLimits: { maxOldGenerationSizeMb: WORKER_HEAP_MIB, maxYoungGenerationSizeMb: 8 },
  });
}

async function ready(worker: Worker): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    const failed = (error: Error): void => {
      reject(error);
    };
    worker.once('error', failed);
    worker.once('message', () => {
      worker.off('error', failed);
      resolve();
    });
  });
}

/** Lets a worker finish what it has and end. */
async function ended(worker: Worker): Promise<void> {
  if (worker.threadId === -1) return;
  await new Promise<void>((resolve) => {
    worker.once('exit', () => resolve());
    worker.postMessage({ kind: 'close' });
  });
}
