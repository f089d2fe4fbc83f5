/**
 * Who waits for jobs of one shard. Waiting costs nothing: when the shard has jobs that may be delivered, receive commands are proposed for the
 * receivers that have waited longest, and a delivery leaves only once its lease is committed and applied.
 *
 *   waiting ─ jobs are there ─► leasing (its share is claimed) ─► delivered ─► waiting again (a worker) or gone (a long poll)
 *                                                         └─► nothing came: waiting, in front
 *
 * Invariants: no more jobs are asked for at a time than the machine can deliver, so that idle receivers write nothing; a receiver is never
 * dropped while its command is under way, so that what it leased is delivered or given back.
 */
import type { FlowError } from '@flowmesh/base';
import type { LeasedJob } from './leased-job.ts';

/** Somebody who takes jobs of a shard. */
export interface Receiver {
  readonly worker: string;
  readonly bytesMax: number;
  /** Undefined: as the queue is configured. */
  readonly visibilityMs: number | undefined;
  /** Stays after a delivery. */
  readonly standing: boolean;
  /** Reserves room for at most `limit` jobs and tells for how many; 0: none at the moment, `wake` when there is again. */
  claim(limit: number): number;
  /** The jobs that were leased for a claim of `claimed`; possibly fewer, or none. False: nobody is there (any more), give them back. */
  deliver(jobs: readonly LeasedJob[], claimed: number): boolean;
  /** The shard is not served here any more, or refuses to deliver. The receiver has been removed. */
  refused(error: FlowError): void;
}

export interface LeaseRequest {
  readonly worker: string;
  readonly max: number;
  readonly bytesMax: number;
  readonly visibilityMs: number | undefined;
}

export interface ShardReceiversPorts {
  /** Jobs that the machine would deliver now. */
  receivable(): number;
  /** Leases jobs. Calls back once, possibly at once. */
  lease(
    request: LeaseRequest,
    done: (result: { readonly jobs: readonly LeasedJob[] } | { readonly error: FlowError }) => void,
  ): void;
  /** Nobody has seen these. */
  giveBack(jobs: readonly LeasedJob[]): void;
}

/** Jobs of one receive command. */
const CLAIM_MAX = 100;

export class ShardReceivers {
  private readonly ports: ShardReceiversPorts;
  /** In order of their turn. */
  private waiting = new Set<Receiver>();
  /** Receivers with a command under way, and what each has claimed. */
  private readonly leasing = new Map<Receiver, number>();
  /** Jobs asked for and not answered. */
  private asked = 0;
  private pumping = false;

  constructor(ports: ShardReceiversPorts) {
    this.ports = ports;
  }

  get size(): number {
    return this.waiting.size + this.leasing.size;
  }

  add(receiver: Receiver): void {
    this.waiting.add(receiver);
    this.pump();
  }

  /** Takes a receiver out. One that is being served gets its delivery all the same, and may refuse it. */
  remove(receiver: Receiver): void {
    this.waiting.delete(receiver);
    this.leasing.delete(receiver);
  }

  /** To be called when jobs may have become receivable, or a receiver has room again. */
  pump(): void {
    if (this.pumping || this.waiting.size === 0) return;
    this.pumping = true;
    for (const receiver of this.waiting) {
      const left = this.ports.receivable() - this.asked;
      if (left <= 0) break;
      this.serve(receiver, Math.min(left, CLAIM_MAX));
    }
    this.pumping = false;
  }

  /** Everybody is refused, and forgotten. */
  end(error: FlowError): void {
    const { waiting } = this;
    const leasing = [...this.leasing.keys()];
    this.waiting = new Set();
    for (const receiver of waiting) receiver.refused(error);
    for (const receiver of leasing) this.failed(receiver, error);
  }

  private serve(receiver: Receiver, limit: number): void {
    const claimed = receiver.claim(limit);
    if (claimed === 0) return;
    this.waiting.delete(receiver);
    this.leasing.set(receiver, claimed);
    this.asked += claimed;
    const { worker, bytesMax, visibilityMs } = receiver;
    this.ports.lease({ worker, max: claimed, bytesMax, visibilityMs }, (result) => {
      this.asked -= claimed;
      if ('error' in result) this.failed(receiver, result.error);
      else this.leased(receiver, result.jobs, claimed);
    });
  }

  private leased(receiver: Receiver, jobs: readonly LeasedJob[], claimed: number): void {
    const present = this.leasing.delete(receiver);
    if (jobs.length === 0) {
      // Something was in the way. The next change of the shard is the time to ask again.
      if (present && receiver.deliver(jobs, claimed)) this.waiting = new Set([receiver, ...this.waiting]);
      return;
    }
    const taken = present && receiver.deliver(jobs, claimed);
    if (!taken) this.ports.giveBack(jobs);
    else if (receiver.standing) this.waiting.add(receiver);
    this.pump();
  }

  private failed(receiver: Receiver, error: FlowError): void {
    const claimed = this.leasing.get(receiver);
    if (claimed === undefined) return;
    this.leasing.delete(receiver);
    receiver.deliver([], claimed);
    receiver.refused(error);
  }
}
