/**
 * Jobs of a queue that transactions enqueue and acknowledge: seen once committed and not before, done once by one transaction or by a plain
 * acknowledgement, back where the transaction was aborted.
 */
import { type GroupId, utf8Decode } from '@flowmesh/base';
import { decodeQueueCommand, type QueueReply, type Reply, type TransactionTag } from '@flowmesh/engines';
import type { Checker } from '../../check/checker.ts';
import { violated } from '../../check/violation.ts';
import { nameOf, type Round, type TransactionBook } from './transaction-book.ts';

interface Job {
  readonly payload: string;
  /** Who enqueued it; undefined: nobody's transaction. */
  readonly by: Round | undefined;
  /** Transactions that acknowledged it. */
  readonly acks: Round[];
  done: boolean;
}

export class JobWatch {
  readonly group: GroupId;
  private readonly book: TransactionBook;
  private readonly jobs = new Map<number, Job>();
  private lastIndex = 0;

  constructor(group: GroupId, book: TransactionBook) {
    this.group = group;
    this.book = book;
  }

  /** Jobs that everybody may see and nobody has done, in words. */
  get left(): readonly string[] {
    const left: string[] = [];
    for (const [seq, job] of this.jobs) {
      const acks = job.acks.map((by) => `${nameOf(by)} ${this.book.decision(by)}`);
      if (this.counts(job) && !this.isDone(job))
        left.push(`${seq} (${job.payload}; acks ${acks.join(', ')})`);
    }
    return left;
  }

  applied(index: number, bytes: Uint8Array, reply: Reply): void {
    if (index <= this.lastIndex) return;
    this.lastIndex = index;
    const command = decodeQueueCommand(bytes);
    if (command.kind === 'end-transaction')
      this.book.ends(this.group, this.roundOf(command.transaction), command.commit);
    if (!reply.ok) return;
    const value = reply.value as QueueReply;
    if (command.kind === 'enqueue' && value.kind === 'enqueued') {
      for (const [i, result] of value.results.entries()) {
        const job = command.jobs[i];
        // A repeated request has its first answer.
        if (result.kind !== 'enqueued' || job === undefined || this.jobs.has(result.seq)) continue;
        const by = command.transaction === undefined ? undefined : this.roundOf(command.transaction);
        if (by !== undefined) this.book.stages(this.group, by);
        this.jobs.set(result.seq, { payload: utf8Decode(job.payload), by, acks: [], done: false });
      }
    } else if (command.kind === 'ack' && value.kind === 'receipts') {
      for (const [i, result] of value.results.entries())
        if (result.kind === 'done') this.acknowledged(command.receipts[i]?.seq ?? -1, command.transaction);
    } else if (command.kind === 'end-transaction' && value.kind === 'transaction-ended') {
      if (value.left === 0) this.book.hasEnded(this.group, this.roundOf(command.transaction));
    } else if (value.kind === 'received') for (const { meta } of value.jobs) this.delivered(meta.seq);
  }

  private delivered(seq: number): void {
    const job = this.jobs.get(seq);
    if (job === undefined || !this.counts(job))
      violated(
        'no-aborted-reads',
        `group ${this.group}: job ${seq} (${job?.payload}) is delivered uncommitted`,
      );
    const open = job.acks.find((by) => this.book.decision(by) !== 'abort');
    if (job.done || open !== undefined)
      violated(
        'atomic-transactions',
        `group ${this.group}: job ${seq} is delivered after its acknowledgement`,
      );
  }

  private acknowledged(seq: number, tag: TransactionTag | undefined): void {
    const job = this.jobs.get(seq);
    if (job === undefined) return;
    const other = job.acks.find((by) => this.book.decision(by) === 'commit');
    if (
      job.done ||
      (other !== undefined && (tag === undefined || nameOf(other) !== nameOf(this.roundOf(tag))))
    )
      violated('atomic-transactions', `group ${this.group}: job ${seq} is acknowledged twice`);
    if (tag === undefined) job.done = true;
    else {
      // An acknowledgement that is repeated is answered as before.
      if (!job.acks.some((by) => nameOf(by) === nameOf(this.roundOf(tag))))
        this.book.stages(this.group, this.roundOf(tag));
      job.acks.push(this.roundOf(tag));
    }
  }

  /** Who works with queues has an epoch for each transaction. */
  private roundOf({ producerId, epoch }: TransactionTag): Round {
    return this.book.ofEpoch({ producerId, producerEpoch: epoch });
  }

  private counts({ by }: Job): boolean {
    return by === undefined || this.book.decision(by) === 'commit';
  }

  private isDone({ done, acks }: Job): boolean {
    return done || acks.some((by) => this.book.decision(by) === 'commit');
  }
}

export function jobChecker(queues: ReadonlyMap<GroupId, JobWatch>): Checker {
  return {
    name: 'atomic-transactions',
    applied(replica, { index, command, reply }) {
      queues.get(replica.group.id)?.applied(index, command, reply);
    },
  };
}
