/**
 * One Work stream to one node: jobs come as far as credit reaches, and what became of them goes the other way, together for a turn of the
 * event loop. When the stream ends, every settlement without an answer fails with UNAVAILABLE (outcome unknown).
 */
import { FlowError } from '@flowmesh/base';
import type { flowmesh } from '@flowmesh/proto';
import type { ClientDuplexStream } from '@grpc/grpc-js';
import { fromCallFailure, fromErrorMessage, unavailable } from '../wire/errors.ts';
import type { NodeConnection } from '../wire/node-connection.ts';
import type { SettleOutcome } from './queue-types.ts';
import { toOutcome } from './queue-wire.ts';
import { receiptOf, type SettleItem, wireExtend, wireNack } from './settler.ts';

type WorkCall = ClientDuplexStream<flowmesh.v1.WorkRequest.$Properties, flowmesh.v1.WorkResponse>;

export interface WorkLinkStart {
  readonly queue: string;
  readonly worker: string;
  readonly visibilityMs: number;
}

export interface WorkLinkEvents {
  /** At least one. */
  onJobs(jobs: readonly flowmesh.v1.Job.$Properties[]): void;
  onShardEnded(shard: number, error: FlowError): void;
  onEnd(error: FlowError): void;
  /** At the end of this turn of the event loop. */
  soon(task: () => void): void;
}

interface Pending {
  readonly item: SettleItem;
  readonly resolve: (outcome: SettleOutcome) => void;
  readonly reject: (error: FlowError) => void;
}

/** The order in which the contract answers. */
const ORDER: readonly SettleItem['kind'][] = ['ack', 'nack', 'extend', 'release'];
const ITEMS_MAX = 1_000;

export class WorkLink {
  readonly address: string;
  /** Granted, and not used by a job yet. */
  unused = 0;
  private readonly call: WorkCall;
  private readonly events: WorkLinkEvents;
  private waiting: Pending[] = [];
  /** Credit that the node has not been told of. */
  private granted = 0;
  private flushing = false;
  private readonly asked = new Map<number, readonly Pending[]>();
  private correlation = 0;
  private ended = false;

  constructor(connection: NodeConnection, start: WorkLinkStart, events: WorkLinkEvents) {
    this.address = connection.address;
    this.events = events;
    this.call = connection.work.work();
    this.call.on('data', (response: flowmesh.v1.WorkResponse) => this.receive(response));
    this.call.on('error', (error: Error) => this.end(fromCallFailure(error, this.address)));
    this.call.on('end', () => this.end(unavailable(`${this.address} ended the stream of jobs`)));
    const { queue, worker, visibilityMs } = start;
    this.call.write({ start: { queue, worker, visibilityTimeoutMs: visibilityMs, batches: true } });
  }

  get open(): boolean {
    return !this.ended;
  }

  grant(credit: number): void {
    if (this.ended || credit <= 0) return;
    this.unused += credit;
    this.granted += credit;
    this.flushSoon();
  }

  /** Says that the worker is there. */
  heartbeat(): void {
    if (!this.ended) this.call.write({ heartbeat: {} });
  }

  settle(item: SettleItem): Promise<SettleOutcome> {
    return new Promise((resolve, reject) => {
      this.waiting.push({ item, resolve, reject });
      this.flushSoon();
    });
  }

  /** Nothing more is taken; what is settled is still answered, then the stream ends. */
  finish(): void {
    if (this.ended) return;
    this.granted = 0;
    this.flush();
    this.call.end();
  }

  close(reason: FlowError): void {
    if (this.ended) return;
    this.call.cancel();
    this.end(reason);
  }

  private flushSoon(): void {
    if (this.flushing) return;
    this.flushing = true;
    this.events.soon(() => this.flush());
  }

  private flush(): void {
    const { waiting, granted } = this;
    this.waiting = [];
    this.granted = 0;
    this.flushing = false;
    if (this.ended) {
      const gone = unavailable(`the stream of jobs from ${this.address} has ended`);
      for (const { reject } of waiting) reject(gone);
      return;
    }
    // What is settled first may make room for what is asked for then.
    for (const all of Map.groupBy(waiting, ({ item }) => item.receipt.shard).values()) {
      const sorted = ORDER.flatMap((kind) => all.filter(({ item }) => item.kind === kind));
      for (let i = 0; i < sorted.length; i += ITEMS_MAX) this.send(sorted.slice(i, i + ITEMS_MAX));
    }
    if (granted > 0) this.call.write({ credit: granted });
  }

  private send(pending: readonly Pending[]): void {
    const correlation = ++this.correlation;
    this.asked.set(correlation, pending);
    const of = (kind: SettleItem['kind']): SettleItem[] =>
      pending.map(({ item }) => item).filter((item) => item.kind === kind);
    this.call.write({
      settle: {
        correlation,
        ack: of('ack').map(receiptOf),
        nack: of('nack').map(wireNack),
        extend: of('extend').map(wireExtend),
        release: of('release').map(receiptOf),
      },
    });
  }

  private receive({ job, jobs, settled, shardEnded }: flowmesh.v1.WorkResponse): void {
    const came = jobs?.jobs ?? (job ? [job] : []);
    if (came.length > 0) {
      this.unused = Math.max(0, this.unused - came.length);
      this.events.onJobs(came);
    } else if (settled !== null && settled !== undefined) this.answer(settled);
    else if (shardEnded !== null && shardEnded !== undefined) {
      const error = shardEnded.error ?? { code: 'NOT_LEADER', message: 'the shard moved' };
      this.events.onShardEnded(shardEnded.shard ?? 0, fromErrorMessage(error));
    }
  }

  private answer({ correlation, results, error }: flowmesh.v1.WorkSettled.$Properties): void {
    const pending = this.asked.get(correlation ?? 0) ?? [];
    this.asked.delete(correlation ?? 0);
    for (const [i, { resolve, reject }] of pending.entries()) {
      const result = results?.[i];
      if (error !== null && error !== undefined) reject(fromErrorMessage(error));
      else if (result === undefined) reject(unavailable('a settlement was answered without a result'));
      else resolve(toOutcome(result));
    }
  }

  private end(error: FlowError): void {
    if (this.ended) return;
    this.ended = true;
    this.unused = 0;
    const lost =
      error.details['outcome'] === 'unknown'
        ? error
        : new FlowError(error.code, error.message, {
            cause: error,
            details: { ...error.details, outcome: 'unknown' },
            retryable: true,
          });
    const asked = [...this.asked.values()].flat();
    this.asked.clear();
    for (const { reject } of asked) reject(lost);
    this.flush();
    this.events.onEnd(error);
  }
}
