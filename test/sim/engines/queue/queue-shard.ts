/**
 * One shard of a queue as the checkers know it: the model that follows its committed commands, and what producers and workers were told. Every
 * replica's reply has to be the model's, and so has to be what the machine counts.
 */
import { type GroupId, utf8Decode } from '@flowmesh/base';
import type { EnqueueResult, QueueMachine } from '@flowmesh/engines';
import { decodeQueueCommand } from '@flowmesh/engines';
import { lastSeq, TABLE } from '../../../../packages/engines/src/queue/queue-keys.ts';
import type { LeasedJob } from '../../../../packages/broker/src/services/queue/leased-job.ts';
import type { AppliedCommand, Checker } from '../../check/checker.ts';
import { violated } from '../../check/violation.ts';
import { QueueModel } from './queue-model.ts';
import { replyInWords } from './queue-replies.ts';

/** Tables in one of which every job stands that nobody has staged. */
const PLACES: ReadonlySet<number> = new Set([
  TABLE.ready,
  TABLE.delayed,
  TABLE.lease,
  TABLE.dead,
  TABLE.waiting,
]);

export class QueueShard {
  readonly group: GroupId;
  readonly model = new QueueModel();
  private readonly expected = new Map<number, string>();
  /** Receipts that were delivered: what the machine said, by seq and lease epoch. */
  private readonly completed = new Set<number>();
  private lastIndex = 0;

  constructor(group: GroupId) {
    this.group = group;
  }

  applied({ index, term, command, reply, machine: at }: AppliedCommand, by: string): void {
    const machine = at as QueueMachine;
    const isNew = index > this.lastIndex;
    if (isNew) {
      this.lastIndex = index;
      this.expected.set(index, this.model.apply(decodeQueueCommand(command), reply, term));
    }
    const expected = this.expected.get(index);
    const words = replyInWords(reply);
    if (expected !== undefined && expected !== words)
      violated(
        'queue-semantics',
        `${by} answers command ${index} with '${words}'; it should be '${expected}'`,
      );
    if (isNew) this.compareCounts(machine, by);
  }

  /** A producer was answered; results of one request, in the order of its jobs. */
  enqueued(payloads: readonly string[], results: readonly EnqueueResult[]): void {
    for (const [i, result] of results.entries()) {
      if (result.kind === 'refused') continue;
      const stored = this.model.payloads.get(result.seq);
      if (stored === undefined || (result.kind === 'enqueued' && stored !== payloads[i]))
        violated(
          'acknowledged-is-committed',
          `group ${this.group}: job ${payloads[i]} was answered as ${result.seq}, which is ${stored ?? 'not there'}`,
        );
    }
  }

  /** A worker was given a job. */
  delivered({ meta, body }: LeasedJob, by: string): void {
    const payload = utf8Decode(body.payload);
    const stored = this.model.delivery(meta.seq, meta.leaseEpoch);
    if (stored === undefined)
      violated(
        'one-lease',
        `group ${this.group}: ${by} is given job ${meta.seq} under lease ${meta.leaseEpoch}, which was never made`,
      );
    if (stored !== payload)
      violated(
        'reads-are-committed',
        `group ${this.group}: ${by} is given ${payload} as job ${meta.seq}, which is ${stored}`,
      );
  }

  /** A worker was told that its acknowledgement counts. */
  done(seq: number, by: string): void {
    if (this.completed.has(seq))
      violated('one-lease', `group ${this.group}: job ${seq} is completed twice, now by ${by}`);
    this.completed.add(seq);
    if (this.model.gone.get(seq) !== 'done')
      violated(
        'acknowledged-is-committed',
        `group ${this.group}: ${by} completed job ${seq}, which is still there`,
      );
  }

  /** Each job of the state stands in one place, and they are those of the model. */
  inspect(applied: number, keys: Iterable<string>): void {
    if (this.lastIndex > applied) return;
    const places = new Map<number, number>();
    const records = new Set<number>();
    for (const name of keys) {
      const key = Uint8Array.from(name, (char) => char.charCodeAt(0));
      const table = key[0] ?? 0;
      if (table === TABLE.meta) records.add(lastSeq(key));
      if (!PLACES.has(table)) continue;
      const seq = lastSeq(key);
      const other = places.get(seq);
      if (other !== undefined)
        violated('one-state', `group ${this.group}: job ${seq} stands in tables ${other} and ${table}`);
      places.set(seq, table);
    }
    const { jobs } = this.model;
    for (const seq of new Set([...jobs.keys(), ...records, ...places.keys()])) {
      if (jobs.has(seq) && records.has(seq) && places.has(seq)) continue;
      violated(
        'one-state',
        `group ${this.group}: job ${seq} is ${jobs.get(seq)?.state ?? 'gone'}; record ${records.has(seq)}, place ${places.get(seq)}`,
      );
    }
  }

  private compareCounts(machine: QueueMachine, by: string): void {
    const { ready, blocked, delayed, leased, dead } = machine.stats();
    const { model } = this;
    const is = `${ready} ready, ${blocked} blocked, ${delayed} delayed, ${leased} leased, ${dead} dead`;
    const should = `${model.count('ready')} ready, ${model.blocked} blocked, ${model.count('delayed')} delayed, ${model.count('leased')} leased, ${model.count('dead')} dead`;
    if (is !== should) violated('one-state', `${by} has ${is}; it should have ${should}`);
  }
}

export function queueChecker(shards: ReadonlyMap<GroupId, QueueShard>): Checker {
  return {
    name: 'queue-semantics, one-state',
    applied(replica, applied) {
      shards.get(replica.group.id)?.applied(applied, replica.name);
    },
  };
}
