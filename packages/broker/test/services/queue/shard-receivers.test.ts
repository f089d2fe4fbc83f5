import { FlowError } from '@flowmesh/base';

import { describe, expect, it } from 'vitest';
import type { LeasedJob } from '../../../src/services/queue/leased-job.ts';
import {
  type LeaseRequest,
  type Receiver,
  ShardReceivers,
} from '../../../src/services/queue/shard-receivers.ts';

type LeaseDone = (result: { readonly jobs: readonly LeasedJob[] } | { readonly error: FlowError }) => void;

/** A shard with numbered jobs whose leases are committed when the test says so. */
class Shard {
  jobs = 0;
  readonly asked: LeaseRequest[] = [];
  readonly givenBack: number[] = [];
  private readonly open: { readonly max: number; readonly done: LeaseDone }[] = [];
  private seq = 0;
  readonly receivers = new ShardReceivers({
    receivable: () => this.jobs,
    lease: (request, done) => {
      this.asked.push(request);
      this.open.push({ max: request.max, done });
    },
    giveBack: (jobs) => this.givenBack.push(...jobs.map(({ meta }) => meta.seq)),
  });

  add(count: number): void {
    this.jobs += count;
    this.receivers.pump();
  }

  commit(): void {
    const next = this.open.shift();
    if (next === undefined) throw new Error('nothing was asked for');
    const count = Math.min(next.max, this.jobs);
    this.jobs -= count;
    const jobs = Array.from({ length: count }, () => ({ meta: { seq: ++this.seq } }) as unknown as LeasedJob);
    next.done({ jobs });
  }

  refuse(error: FlowError): void {
    this.open.shift()?.done({ error });
  }
}

class TestReceiver implements Receiver {
  readonly worker = 'w';
  readonly bytesMax = 1000;
  readonly visibilityMs = undefined;
  readonly standing: boolean;
  room: number;
  present = true;
  readonly got: number[] = [];
  error: FlowError | undefined;

  constructor(room: number, standing = false) {
    this.room = room;
    this.standing = standing;
  }

  claim(limit: number): number {
    const claimed = Math.min(limit, this.room);
    this.room -= claimed;
    return claimed;
  }

  deliver(jobs: readonly LeasedJob[], claimed: number): boolean {
    this.room += claimed - jobs.length;
    if (this.present) this.got.push(...jobs.map(({ meta }) => meta.seq));
    return this.present;
  }

  refused(error: FlowError): void {
    this.error = error;
  }
}

describe('receivers of a shard', () => {
  it('write nothing while there are no jobs, and ask for no more than there are', () => {
    const shard = new Shard();
    const [first, second] = [new TestReceiver(10), new TestReceiver(10)];
    shard.receivers.add(first);
    shard.receivers.add(second);
    expect(shard.asked).toEqual([]);
    shard.add(3);
    expect(shard.asked.map(({ max }) => max)).toEqual([3]);
    shard.receivers.pump();
    expect(shard.asked).toHaveLength(1);
    shard.commit();
    expect(first.got).toEqual([1, 2, 3]);
    expect(second.got).toEqual([]);
  });

  it('are served in the order of their waiting, workers in turns', () => {
    const shard = new Shard();
    const [first, second] = [new TestReceiver(2, true), new TestReceiver(100, true)];
    shard.receivers.add(first);
    shard.receivers.add(second);
    shard.add(3);
    shard.commit();
    shard.commit();
    expect([first.got, second.got]).toEqual([[1, 2], [3]]);
    first.room = 2;
    shard.add(2);
    shard.commit();
    expect(first.got).toEqual([1, 2, 4, 5]);
  });

  it('get a long poll one delivery, and are gone then', () => {
    const shard = new Shard();
    const receiver = new TestReceiver(1);
    shard.receivers.add(receiver);
    shard.add(5);
    shard.commit();
    expect(receiver.got).toEqual([1]);
    expect(shard.receivers.size).toBe(0);
  });

  it('give back what was leased for somebody who has left', () => {
    const shard = new Shard();
    const [left, refusing] = [new TestReceiver(2), new TestReceiver(2)];
    shard.receivers.add(left);
    shard.add(2);
    shard.receivers.remove(left);
    shard.commit();
    expect(shard.givenBack).toEqual([1, 2]);
    refusing.present = false;
    shard.receivers.add(refusing);
    shard.add(1);
    shard.commit();
    expect(shard.givenBack).toEqual([1, 2, 3]);
  });

  it('wait on, in front, when nothing came', () => {
    const shard = new Shard();
    const [first, second] = [new TestReceiver(1), new TestReceiver(1)];
    shard.receivers.add(first);
    shard.receivers.add(second);
    shard.add(1);
    shard.jobs = 0;
    shard.commit();
    shard.add(1);
    shard.commit();
    expect(first.got).toEqual([1]);
    expect(second.got).toEqual([]);
  });

  it('are refused when the shard is lost or a lease fails', () => {
    const shard = new Shard();
    const [leasing, waiting] = [new TestReceiver(1), new TestReceiver(1)];
    shard.receivers.add(leasing);
    shard.receivers.add(waiting);
    shard.add(1);
    shard.refuse(new FlowError('OVERLOADED', 'too much'));
    expect(leasing.error?.code).toBe('OVERLOADED');
    shard.receivers.end(new FlowError('NOT_LEADER', 'gone'));
    expect(waiting.error?.code).toBe('NOT_LEADER');
    expect(shard.receivers.size).toBe(0);
  });
});
