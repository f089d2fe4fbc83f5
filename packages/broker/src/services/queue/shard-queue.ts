/**
 * One shard of a queue that this node leads, for one term: its receivers, and the ways of its jobs out and back.
 */
import { FlowError, isFlowError } from '@flowmesh/base';
import {
  completeJobs,
  encodeQueueCommand,
  type Job,
  type JobMeta,
  type QueueCommandBody,
  type QueueMachine,
  type QueueReply,
  type Receipt,
} from '@flowmesh/engines';
import type { ServedShard, ShardWatcher } from '../shard/served-shard.ts';
import { DeliveryTimes } from './delivery-times.ts';
import { JobRateMeter } from './job-rates.ts';
import type { LeasedJob } from './leased-job.ts';
import { ShardDriver } from './shard-driver.ts';
import { type LeaseRequest, ShardReceivers } from './shard-receivers.ts';

/** How long a command on behalf of receivers may take. */
const LEASE_TIMEOUT_MS = 10_000;

export interface ShardQueueEvents {
  /** What was leased could not be given back: it comes back when its lease ends. */
  fault(error: FlowError): void;
}

export class ShardQueue implements ShardWatcher {
  readonly served: ServedShard<QueueMachine>;
  readonly shard: number;
  readonly receivers: ShardReceivers;
  private readonly events: ShardQueueEvents;
  readonly rates = new JobRateMeter();
  readonly deliveries = new DeliveryTimes();
  private readonly driver: ShardDriver;
  private error: FlowError | undefined;

  constructor(served: ServedShard<QueueMachine>, shard: number, events: ShardQueueEvents) {
    this.served = served;
    this.shard = shard;
    this.events = events;
    this.receivers = new ShardReceivers({
      receivable: () => served.machine.deliverable,
      lease: (request, done) => this.lease(request, done),
      giveBack: (jobs) => this.giveBack(jobs.map(({ meta }) => meta)),
    });
    this.driver = new ShardDriver(this, (error) => events.fault(error));
    served.watch(this);
  }

  get lost(): FlowError | undefined {
    return this.error;
  }

  /** What a leader does by itself; to be called again and again. */
  drive(): void {
    this.rates.note(this.served.nowMs(), () => this.served.machine.stats().totals);
    this.driver.drive();
  }

  /** Stamped with the leader's time. Rejects with the machine's refusal, or as `ServedShard.propose`. */
  async propose(body: QueueCommandBody, timeoutMs: number): Promise<QueueReply> {
    const command = encodeQueueCommand({ ...body, timeMs: this.served.nowMs() });
    return (await this.served.propose(command, timeoutMs)) as QueueReply;
  }

  onAdvance(): void {
    this.receivers.pump();
  }

  onLost(error: FlowError): void {
    this.error = error;
    this.receivers.end(error);
  }

  /** Delivered again at once, as if nobody had seen them. */
  giveBack(jobs: readonly JobMeta[]): void {
    const receipts: Receipt[] = jobs.map(({ seq, leaseEpoch }) => ({ seq, leaseEpoch }));
    const command = encodeQueueCommand({
      kind: 'release',
      timeMs: this.served.nowMs(),
      receipts,
      undelivered: true,
    });
    this.served.proposeThen(command, LEASE_TIMEOUT_MS, (result) => {
      if (!result.ok) this.events.fault(result.error);
    });
  }

  private lease(
    request: LeaseRequest,
    done: (result: { readonly jobs: readonly LeasedJob[] } | { readonly error: FlowError }) => void,
  ): void {
    const command = encodeQueueCommand({ kind: 'receive', timeMs: this.served.nowMs(), ...request });
    this.served.proposeThen(command, LEASE_TIMEOUT_MS, (result) => {
      if (!result.ok) return done({ error: result.error });
      const { jobs } = result.value as QueueReply & { readonly kind: 'received' };
      // Payloads that are not in memory any more are read from the state.
      const complete = completeJobs(jobs, this.served.replica.state);
      if (!(complete instanceof Promise)) return done({ jobs: this.leased(complete) });
      complete.then(
        (read) => done({ jobs: this.leased(read) }),
        (cause: unknown) => {
          this.giveBack(jobs.map(({ meta }) => meta));
          done({ error: asFlowError(cause) });
        },
      );
    });
  }

  private leased(jobs: readonly Job[]): LeasedJob[] {
    const nowMs = this.served.nowMs();
    for (const { meta } of jobs) this.deliveries.delivered(meta.seq, nowMs);
    return jobs.map(({ meta, body }) => ({ shard: this.shard, meta, body }));
  }
}

function asFlowError(cause: unknown): FlowError {
  return isFlowError(cause)
    ? cause
    : new FlowError('INTERNAL', 'an unexpected failure of the node', { cause });
}
