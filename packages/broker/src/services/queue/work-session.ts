/**
 * One worker's stream of jobs: a standing receiver at every shard of its queue that this node leads, now or later, within the credit that the
 * worker has granted.
 *
 *   open ─ credit ─► jobs are leased and pushed ─ closed ─► nothing more is pushed; what was leased and not pushed is given back
 *
 * Jobs that were pushed stay leased when the stream ends: the worker may be at work on them still, and may settle them elsewhere. They come
 * back when their leases end.
 */
import type { FlowError, TimerHandle } from '@flowmesh/base';
import type { ReceiptResult } from '@flowmesh/engines';
import type { LeasedJob } from './leased-job.ts';
import type { Settlement } from './settlement.ts';
import type { Receiver } from './shard-receivers.ts';
import type { ShardQueue } from './shard-queue.ts';

export interface WorkStart {
  /** Address of its connection. */
  readonly peer: string;
  readonly worker: string;
  readonly visibilityMs: number | undefined;
  readonly credit: number;
  /** Undefined: all shards. */
  readonly shards: ReadonlySet<number> | undefined;
}

export interface WorkSink {
  /** At least one. */
  jobs(jobs: readonly LeasedJob[]): void;
  /** The shard is not served here any more; others go on. */
  shardEnded(shard: number, error: FlowError): void;
}

export interface WorkSessionPorts {
  after(delayMs: number, task: () => void): TimerHandle;
  readonly id: string;
  /** Wall clock. */
  nowMs(): number;
  /** Once, when the session is over. */
  closed(): void;
}

/** How a connected worker is, since its stream began. Soft state. */
export interface WorkerHealth {
  /** Of the stream; unique in the cluster. */
  readonly id: string;
  /** Address of its connection. */
  readonly peer: string;
  readonly worker: string;
  readonly connectedMs: number;
  readonly lastHeardMs: number;
  /** Pushed and not settled, as far as this stream knows. */
  readonly inFlight: number;
  readonly done: number;
  readonly failed: number;
  /** Settled too late. */
  readonly expired: number;
  readonly shards: readonly number[];
}

/** Bytes of one receive command. */
const PUSH_BYTES_MAX = 4 << 20;
/** A shard that could not lease (too many writes, too few replicas) is asked again after so long. */
const RETRY_MS = 500;

export class WorkSession {
  readonly start: WorkStart;
  private readonly sink: WorkSink;
  private readonly ports: WorkSessionPorts;
  private readonly places = new Map<ShardQueue, Receiver>();
  private readonly retries = new Set<TimerHandle>();
  private room: number;
  private open = true;
  private readonly connectedMs: number;
  private lastHeardMs: number;
  private inFlight = 0;
  private done = 0;
  private failed = 0;
  private expired = 0;

  constructor(start: WorkStart, sink: WorkSink, ports: WorkSessionPorts) {
    this.start = start;
    this.sink = sink;
    this.ports = ports;
    this.room = start.credit;
    this.connectedMs = ports.nowMs();
    this.lastHeardMs = this.connectedMs;
  }

  /** Jobs that may be pushed beyond those that have been. */
  get credit(): number {
    return this.room;
  }

  /** Shards that it receives from, ascending. */
  get shards(): readonly number[] {
    return [...this.places.keys()].map(({ shard }) => shard).sort((a, b) => a - b);
  }

  attach(shard: ShardQueue): void {
    if (!this.open || this.places.has(shard) || this.start.shards?.has(shard.shard) === false) return;
    const receiver = this.receiver(shard);
    this.places.set(shard, receiver);
    shard.receivers.add(receiver);
  }

  grant(credit: number): void {
    this.room += credit;
    for (const shard of this.places.keys()) shard.receivers.pump();
  }

  /** The worker said something: it is alive. */
  heard(): void {
    this.lastHeardMs = this.ports.nowMs();
  }

  /** Some of its jobs have left its hands. */
  settled(kind: Settlement['kind'], results: readonly ReceiptResult[]): void {
    if (kind === 'extend') return;
    this.inFlight = Math.max(0, this.inFlight - results.length);
    for (const result of results) {
      if (result.kind === 'stale') this.expired++;
      else if (kind === 'ack') this.done++;
      else if (kind === 'nack') this.failed++;
    }
  }

  health(): WorkerHealth {
    const { start, connectedMs, lastHeardMs, inFlight, done, failed, expired } = this;
    return {
      id: this.ports.id,
      peer: start.peer,
      worker: start.worker,
      connectedMs,
      lastHeardMs,
      inFlight,
      done,
      failed,
      expired,
      shards: this.shards,
    };
  }

  close(): void {
    if (!this.open) return;
    this.open = false;
    for (const timer of this.retries) timer.cancel();
    for (const [shard, receiver] of this.places) shard.receivers.remove(receiver);
    this.places.clear();
    this.ports.closed();
  }

  private receiver(shard: ShardQueue): Receiver {
    return {
      worker: this.start.worker,
      bytesMax: PUSH_BYTES_MAX,
      visibilityMs: this.start.visibilityMs,
      standing: true,
      claim: (limit) => {
        const claimed = this.open ? Math.min(limit, this.room) : 0;
        this.room -= claimed;
        return claimed;
      },
      deliver: (jobs, claimed) => this.deliver(jobs, claimed),
      refused: (error) => this.refused(shard, error),
    };
  }

  private deliver(jobs: readonly LeasedJob[], claimed: number): boolean {
    this.room += claimed - jobs.length;
    if (!this.open) return false;
    this.inFlight += jobs.length;
    if (jobs.length > 0) this.sink.jobs(jobs);
    return true;
  }

  private refused(shard: ShardQueue, error: FlowError): void {
    this.places.delete(shard);
    if (!this.open) return;
    if (shard.lost !== undefined) {
      this.sink.shardEnded(shard.shard, error);
      return;
    }
    const timer = this.ports.after(RETRY_MS, () => {
      this.retries.delete(timer);
      if (shard.lost === undefined) this.attach(shard);
    });
    this.retries.add(timer);
  }
}
