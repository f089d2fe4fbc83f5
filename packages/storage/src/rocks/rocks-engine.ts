/**
 * The engine over RocksDB. Writes go to the writer worker, one buffer per turn; reads to the reader worker. The main thread does no
 * disk work at all.
 *
 *   running ─ disk full ─► full ─ room again ─► reopening ─► running      writes wait meanwhile, reads go on in `full`
 *      └─ I/O error, damage, lost worker ─► failed                        every write is answered with the error
 * After a failed write RocksDB refuses all later ones even when space is free again, so the database is opened anew and every write that was
 * not answered is handed over again, in order. A write is never answered DISK_FULL unless the engine closes while it is full.
 */
import { assert, FlowError } from '@flowmesh/base';
import type { Cursor, Family, KeyRange, KeyValue, KvEngine, WriteOp } from '../kv-engine.ts';
import { type DiskLimits, DiskSpace, type DiskState } from './disk-space.ts';
import type { FromReader, FromWriter } from './messages.ts';
import { encodeOps } from './op-codec.ts';
import { ReadRequests } from './read-requests.ts';
import { RocksDatabase } from './rocks-database.ts';
import { flowErrorOf } from './rocks-errors.ts';
import type { RocksTuning } from './rocks-options.ts';
import { SpareBuffers } from './spare-buffers.ts';
import { type Turn, WriteQueue } from './write-queue.ts';

export interface CommitSample {
  /** Time the writer spent in one batch, the fsync included where it was synced. */
  readonly durationMs: number;
  readonly synced: boolean;
  readonly bytes: number;
  /** Event-loop turns that went into it. */
  readonly turns: number;
}

export interface RocksEngineOptions {
  readonly tuning?: RocksTuning;
  readonly disk?: DiskLimits;
  /** How often free space is looked at. Default 1,000 ms. */
  readonly diskPollMs?: number;
  readonly onCommit?: (sample: CommitSample) => void;
  /** The disk state changed its kind. */
  readonly onDiskState?: (state: DiskState) => void;
  /** Called at once when damage is met that ends the engine, before any write is answered: whoever hears an answer may end the process. */
  readonly onDamaged?: (error: FlowError) => void;
  /** The engine can go on no more: the node must stop, and not vote before it does. */
  readonly onFatal?: (error: FlowError) => void;
}

type EngineState =
  | { readonly kind: 'running' }
  | { readonly kind: 'full'; readonly message: string }
  | { readonly kind: 'reopening' }
  | { readonly kind: 'failed'; readonly error: FlowError }
  | { readonly kind: 'closed' };

const DISK_POLL_MS = 1_000;

export class RocksEngine implements KvEngine {
  private readonly dir: string;
  private readonly options: RocksEngineOptions;
  private readonly disk: DiskSpace;
  private readonly queue = new WriteQueue();
  private readonly spare = new SpareBuffers();
  private readonly reads = new ReadRequests((message) => this.database?.read(message));
  private database: RocksDatabase | undefined;
  private state: EngineState = { kind: 'reopening' };
  private applied = 0;
  private durable = 0;
  private pollTimer: NodeJS.Timeout | undefined;
  private polling: Promise<void> | undefined;
  private idleWaiters: (() => void)[] = [];
  private reported: DiskState['kind'] = 'ok';

  private constructor(dir: string, options: RocksEngineOptions) {
    this.dir = dir;
    this.options = options;
    this.disk = new DiskSpace(dir, options.disk ?? {});
  }

  /** `dir` exists. Rejects with CORRUPTION, DISK_FULL, STORAGE_IO, or UNAVAILABLE where another process holds it. */
  static async open(dir: string, options: RocksEngineOptions = {}): Promise<RocksEngine> {
    const engine = new RocksEngine(dir, options);
    await engine.disk.poll();
    await engine.openDatabase();
    await engine.disk.layReserve();
    engine.state = { kind: 'running' };
    engine.schedulePoll();
    return engine;
  }

  private async openDatabase(): Promise<void> {
    const database = await RocksDatabase.open(this.dir, this.options.tuning ?? {}, {
      onWriter: (message) => this.onWriter(message),
      onReader: (message) => this.onReader(message),
      onWorkerLost: (error) => this.fail(error),
    });
    this.database = database;
    this.applied = database.recoveredSequence;
    this.durable = database.recoveredSequence;
  }

  write(ops: readonly WriteOp[], sync: boolean, done: (error: FlowError | undefined) => void): void {
    assert(this.state.kind !== 'closed', 'no write after close');
    this.queue.add(ops, sync, done);
  }

  flush(): void {
    const turn = this.queue.endTurn();
    if (turn === undefined) return;
    switch (this.state.kind) {
      case 'running':
        this.submit(turn);
        return;
      case 'full':
      case 'reopening':
        return;
      case 'failed': {
        const { error } = this.state;
        queueMicrotask(() => this.answerAll(error));
        return;
      }
      case 'closed':
        return;
    }
  }

  private submit(turn: Turn): void {
    const ops = encodeOps(turn.lists, this.spare.take(turn.bytes));
    this.database?.write({ kind: 'write', ops, sync: turn.sync });
  }

  private onWriter(message: FromWriter): void {
    switch (message.kind) {
      case 'ready':
        return;
      case 'written': {
        this.applied = message.sequence;
        if (message.synced) this.durable = message.sequence;
        const { durationMs, synced, bytes, turns, spent } = message;
        this.spare.give(spent);
        this.options.onCommit?.({ durationMs, synced, bytes, turns });
        for (const turn of this.queue.answer(turns)) for (const done of turn.dones) done(undefined);
        this.wakeIdle();
        return;
      }
      case 'failed':
        if (message.fault === 'DISK_FULL') this.becomeFull(message.message);
        else if (message.fault === 'CORRUPTION') this.becomeDamaged(message.message);
        else this.fail(flowErrorOf(message.fault, message.message));
        return;
    }
  }

  private onReader(message: FromReader): void {
    this.reads.answer(message);
  }

  private becomeFull(message: string): void {
    if (this.state.kind !== 'running') return;
    this.state = { kind: 'full', message };
    this.report();
    this.wakeIdle();
    this.pollNow();
  }

  /** A compaction met damaged data: RocksDB refuses every write from then on, soon after each new opening, too. */
  private becomeDamaged(message: string): void {
    const damage = flowErrorOf('CORRUPTION', message);
    if (this.state.kind === 'running') this.options.onDamaged?.(damage);
    // It stops the whole node, not one group.
    this.fail(
      new FlowError('STORAGE_IO', `the database takes no more writes: ${message}`, {
        hint: 'The node stops and must not vote; started again, it sets the directory aside and joins as a new node.',
        cause: damage,
      }),
    );
  }

  private fail(error: FlowError): void {
    if (this.state.kind === 'failed' || this.state.kind === 'closed') return;
    this.state = { kind: 'failed', error };
    this.answerAll(error);
    this.reads.failAll(error);
    this.options.onFatal?.(error);
  }

  private answerAll(error: FlowError): void {
    for (const turn of this.queue.answer(this.queue.unanswered().length))
      for (const done of turn.dones) done(error);
    this.wakeIdle();
  }

  /** Free space as of the last poll; `full` also while writes wait for room. */
  diskState(): DiskState {
    const state = this.disk.state();
    const held = this.state.kind === 'full' || this.state.kind === 'reopening';
    return held ? { ...state, kind: 'full', writing: false } : state;
  }

  /** Bytes of operations handed to `write` and not yet answered. */
  backlogBytes(): number {
    return this.queue.bytes;
  }

  /** A RocksDB property of the database, for metrics and diagnosis; empty while it is not open. */
  property(name: string): string {
    return this.database?.property(name) ?? '';
  }

  private report(): void {
    const state = this.diskState();
    if (state.kind === this.reported) return;
    this.reported = state.kind;
    this.options.onDiskState?.(state);
  }

  private schedulePoll(): void {
    this.pollTimer = setTimeout(() => this.pollNow(), this.options.diskPollMs ?? DISK_POLL_MS);
    this.pollTimer.unref();
  }

  private pollNow(): void {
    if (this.polling !== undefined || this.state.kind === 'closed' || this.state.kind === 'failed') return;
    clearTimeout(this.pollTimer);
    this.polling = this.poll().then(
      () => this.polled(),
      (cause: unknown) => {
        this.polled();
        this.fail(
          cause instanceof FlowError
            ? cause
            : new FlowError('STORAGE_IO', 'the volume cannot be asked', { cause }),
        );
      },
    );
  }

  private polled(): void {
    this.polling = undefined;
    if (this.state.kind !== 'closed') this.schedulePoll();
  }

  private async poll(): Promise<void> {
    await this.disk.poll();
    if (this.state.kind === 'full') await this.recover();
    else if (this.state.kind === 'running') await this.disk.layReserve();
    this.report();
  }

  /** Opens the database anew if there is room, with the reserve spent for it. */
  private async recover(): Promise<void> {
    // Opened with too little room it would fail and could then not even be read: rather wait.
    if ((await this.disk.attainableBytes()) < (await this.disk.recoveryBytes())) return;
    await this.disk.spendReserve();
    this.state = { kind: 'reopening' };
    const { durable } = this;
    this.reads.suspend();
    await this.database?.close();
    this.database = undefined;
    try {
      await this.openDatabase();
    } catch (error) {
      if (!(error instanceof FlowError) || error.code !== 'DISK_FULL') throw error;
      // Closed, it cannot even be read; the next poll tries again.
      this.state = { kind: 'full', message: error.message };
      return;
    }
    if (this.applied < durable) {
      throw new FlowError(
        'AMNESIA',
        `the database came back at operation ${this.applied}, but ${durable} were durable`,
      );
    }
    this.state = { kind: 'running' };
    this.reads.resume();
    for (const turn of this.queue.unanswered()) this.submit(turn);
  }

  async get(family: Family, key: Uint8Array): Promise<Uint8Array | undefined> {
    this.refuseReads();
    return this.reads.get(family, key);
  }

  cursor(family: Family, range: KeyRange): Cursor {
    this.refuseReads();
    const cursor = this.reads.open(family, range);
    return {
      next: async (limit) => (await this.reads.next(cursor, limit)) as readonly KeyValue[],
      close: () => this.reads.close(cursor),
    };
  }

  private refuseReads(): void {
    if (this.state.kind === 'failed') throw this.state.error;
    if (this.state.kind === 'closed') throw new FlowError('UNAVAILABLE', 'the storage engine is closed');
  }

  sequence(): number {
    return this.applied;
  }

  durableSequence(): number {
    return this.durable;
  }

  /** Writes what is queued, then closes: workers first, the database after them. */
  async close(): Promise<void> {
    if (this.state.kind === 'closed') return;
    this.flush();
    while (this.state.kind === 'running' && !this.queue.idle) {
      await new Promise<void>((resolve) => this.idleWaiters.push(resolve));
    }
    clearTimeout(this.pollTimer);
    await this.polling;
    clearTimeout(this.pollTimer);
    const last: EngineState = this.state;
    this.state = { kind: 'closed' };
    this.answerAll(
      last.kind === 'full'
        ? flowErrorOf('DISK_FULL', last.message)
        : new FlowError('UNAVAILABLE', 'the storage engine is closed'),
    );
    this.reads.failAll(new FlowError('UNAVAILABLE', 'the storage engine is closed'));
    await this.database?.close();
    this.database = undefined;
    this.spare.clear();
  }

  private wakeIdle(): void {
    if (this.idleWaiters.length === 0) return;
    if (this.state.kind === 'running' && !this.queue.idle) return;
    for (const waiter of this.idleWaiters.splice(0)) waiter();
  }
}
