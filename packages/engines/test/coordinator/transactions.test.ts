import { groupId } from '@flowmesh/base';
import { describe, expect, it } from 'vitest';
import {
  PRODUCER_EPOCH_MAX,
  TRANSACTIONAL_ID_RETENTION_MS,
} from '../../src/coordinator/coordinator-limits.ts';
import { Bench, entries } from './bench.ts';

const PARTITIONS = [
  { kind: 'stream', group: groupId(4) },
  { kind: 'offsets', group: groupId(9) },
] as const;

class Transactional extends Bench {
  producerId = 0;
  producerEpoch = 0;

  init(freshProducerId = 77): string {
    const reply = this.run({ kind: 'init-transactions', id: 't', timeoutMs: 60_000, freshProducerId });
    if (reply instanceof Error) return reply.code;
    if (reply.kind !== 'producer') throw new Error(reply.kind);
    this.producerId = reply.producerId;
    this.producerEpoch = reply.producerEpoch;
    return 'producer';
  }

  get claim() {
    return { id: 't', producerId: this.producerId, producerEpoch: this.producerEpoch };
  }

  add(claim = this.claim): string {
    return this.code({ kind: 'add-participants', ...claim, participants: PARTITIONS });
  }

  end(commit: boolean, claim = this.claim): string {
    return this.code({ kind: 'end-transaction', ...claim, commit });
  }

  complete(claim = this.claim): string {
    const round = this.transaction?.round ?? -1;
    return this.code({ kind: 'complete-transaction', ...claim, round, freshProducerId: 500 });
  }

  get transaction() {
    return this.machine.transactions.get('t');
  }

  /** Without a round: each epoch has one transaction. */
  admit(claim: { producerId: number; producerEpoch: number; round?: number }): string {
    return this.code({ kind: 'admit-offsets', round: claim.producerEpoch, ...claim });
  }

  stage(
    { producerId, producerEpoch }: { producerId: number; producerEpoch: number },
    offset: number,
  ): string {
    const claim = { producerId, producerEpoch };
    return this.code({ kind: 'stage-offsets', group: 'g', ...claim, offsets: entries({ 'in:0': offset }) });
  }

  mark(claim: { producerId: number; producerEpoch: number; round?: number }, commit: boolean): string {
    return this.code({ kind: 'mark-offsets', round: claim.producerEpoch, ...claim, commit });
  }
}

describe('a transaction', () => {
  it('has a decision that stays, over restarts, until every participant has confirmed', async () => {
    const bench = new Transactional();
    bench.init();
    expect(bench.add()).toBe('added');
    expect(bench.end(true)).toBe('ending');
    await bench.restart();
    expect(bench.transaction).toMatchObject({
      state: 'prepare-commit',
      participants: [PARTITIONS[1], PARTITIONS[0]],
    });
    expect(bench.end(false)).toBe('PRECONDITION_FAILED');
    expect(bench.end(true)).toBe('ending');
    expect(bench.complete()).toBe('producer');
    expect(bench.transaction).toMatchObject({ state: 'empty', producerEpoch: 1, participants: [] });
  });

  it('has an epoch of its own, so that what comes late never touches the next one', () => {
    const bench = new Transactional();
    bench.init();
    const old = bench.claim;
    bench.add();
    bench.end(true);
    bench.complete();
    const next = { ...old, producerEpoch: 1 };
    expect(bench.add(next)).toBe('added');
    expect(bench.complete(old)).toBe('changed');
    expect(bench.end(true, old)).toBe('ending');
    expect(bench.end(false, old)).toBe('PRECONDITION_FAILED');
    expect(bench.add(old)).toBe('PRODUCER_FENCED');
    expect(bench.transaction).toMatchObject({ state: 'ongoing', producerEpoch: 1 });
  });

  it('is aborted and fenced when another process takes the id, which waits until that is done', () => {
    const bench = new Transactional();
    bench.init();
    const old = bench.claim;
    bench.add();
    expect(bench.init()).toBe('UNAVAILABLE');
    expect(bench.transaction?.state).toBe('prepare-abort');
    expect(bench.end(true, old)).toBe('PRODUCER_FENCED');
    expect(bench.add(old)).toBe('PRODUCER_FENCED');
    bench.complete(old);
    expect(bench.init()).toBe('producer');
    expect(bench.claim.producerEpoch).toBe(2);
    expect(bench.add(old)).toBe('PRODUCER_FENCED');
    expect(bench.end(true, old)).toBe('PRODUCER_FENCED');
  });

  it('is aborted when its time is up, by the replicated clock, and its client is told so', () => {
    const bench = new Transactional();
    bench.init();
    bench.add();
    bench.nowMs += 59_999;
    bench.expect('expired', { kind: 'expire', max: 10 });
    expect(bench.transaction?.state).toBe('ongoing');
    bench.nowMs += 1;
    expect(bench.machine.dueAtMs()).toBe(bench.nowMs);
    bench.expect('expired', { kind: 'expire', max: 10 });
    expect(bench.transaction?.state).toBe('prepare-abort');
    expect(bench.end(true)).toBe('TRANSACTION_ABORTED');
    bench.complete();
    expect(bench.end(true)).toBe('TRANSACTION_ABORTED');
    expect(bench.end(false)).toBe('ending');
    expect(bench.add()).toBe('TRANSACTION_ABORTED');
  });

  it('gets another producer id when the epochs of one are used up', () => {
    const bench = new Transactional();
    bench.init();
    while (bench.claim.producerEpoch < PRODUCER_EPOCH_MAX) bench.init();
    bench.add();
    bench.end(true);
    bench.complete();
    expect(bench.transaction).toMatchObject({ producerId: 500, producerEpoch: 0 });
  });

  it('id that nobody uses is forgotten', () => {
    const bench = new Transactional();
    bench.init();
    bench.nowMs += TRANSACTIONAL_ID_RETENTION_MS;
    bench.expect('expired', { kind: 'expire', max: 10 });
    expect(bench.add()).toBe('NOT_FOUND');
  });
});

describe('a producer that keeps its epoch', () => {
  const begin = (bench: Transactional, expected?: { producerId: number; producerEpoch: number }): string => {
    const common = { kind: 'init-transactions', id: 't', timeoutMs: 60_000, freshProducerId: 77 } as const;
    const reply = bench.run({
      ...common,
      reusesEpoch: true,
      ...(expected === undefined ? {} : { expected }),
    });
    if (reply instanceof Error) return reply.code;
    if (reply.kind !== 'producer') throw new Error(reply.kind);
    bench.producerId = reply.producerId;
    bench.producerEpoch = reply.producerEpoch;
    return `epoch ${reply.producerEpoch}`;
  };

  it('goes on under it, in another round', async () => {
    const bench = new Transactional();
    begin(bench);
    for (const [round, commit] of [true, false, true].entries()) {
      expect(bench.run({ kind: 'add-participants', ...bench.claim, participants: PARTITIONS })).toEqual({
        kind: 'added',
        round,
      });
      expect(bench.end(commit)).toBe('ending');
      expect(bench.complete()).toBe('producer');
      await bench.restart();
      expect(bench.transaction).toMatchObject({ state: 'empty', producerEpoch: 0, round: round + 1 });
    }
  });

  it('is told again how its transaction ended, and never anything else', () => {
    const bench = new Transactional();
    begin(bench);
    expect(bench.end(true)).toBe('PRECONDITION_FAILED');
    expect(bench.end(false)).toBe('ending');
    bench.add();
    bench.end(false);
    expect(bench.end(false)).toBe('ending');
    bench.complete();
    expect(bench.end(false)).toBe('ending');
    expect(bench.end(true)).toBe('PRECONDITION_FAILED');
    bench.add();
    expect(bench.end(true)).toBe('ending');
    expect(bench.transaction?.state).toBe('prepare-commit');
  });

  it('is not completed by what a former leader says of its former transaction', () => {
    const bench = new Transactional();
    begin(bench);
    bench.add();
    bench.end(true);
    bench.complete();
    bench.add();
    bench.end(false);
    expect(bench.code({ kind: 'complete-transaction', ...bench.claim, round: 0 })).toBe('changed');
    expect(bench.transaction?.state).toBe('prepare-abort');
  });

  it('loses its epoch when its time is up, and comes back with what it knows', () => {
    const bench = new Transactional();
    begin(bench);
    const old = bench.claim;
    bench.add();
    bench.nowMs += 60_000;
    bench.expect('expired', { kind: 'expire', max: 10 });
    bench.complete();
    expect(bench.add(old)).toBe('TRANSACTION_ABORTED');
    expect(bench.end(true, old)).toBe('TRANSACTION_ABORTED');
    expect(bench.end(false, old)).toBe('ending');
    expect(begin(bench, { producerId: 77, producerEpoch: 0 })).toBe('epoch 1');
    expect(begin(bench, { producerId: 77, producerEpoch: 0 })).toBe('epoch 1');
    expect(begin(bench, { producerId: 77, producerEpoch: 1 })).toBe('epoch 2');
    bench.add();
    expect(begin(bench, { producerId: 77, producerEpoch: 1 })).toBe('PRODUCER_FENCED');
  });

  it('that raises its epoch while its transaction is open gets it once that is aborted', () => {
    const bench = new Transactional();
    begin(bench);
    bench.add();
    expect(begin(bench, { producerId: 77, producerEpoch: 0 })).toBe('UNAVAILABLE');
    expect(bench.transaction).toMatchObject({ state: 'prepare-abort', ending: 'renewed' });
    bench.complete();
    expect(begin(bench, { producerId: 77, producerEpoch: 0 })).toBe('epoch 1');
  });

  it('cannot raise an epoch that is another process’s by now', () => {
    const bench = new Transactional();
    begin(bench);
    begin(bench);
    bench.add();
    expect(begin(bench, { producerId: 77, producerEpoch: 0 })).toBe('PRODUCER_FENCED');
    expect(bench.transaction?.state).toBe('ongoing');
  });
});

describe('offsets of a transaction', () => {
  it('are committed by its marker, all or none', () => {
    const bench = new Transactional();
    const claim = { producerId: 1, producerEpoch: 0 };
    expect(bench.stage(claim, 5)).toBe('PRECONDITION_FAILED');
    bench.admit(claim);
    expect(bench.stage(claim, 5)).toBe('changed');
    expect(bench.offsets()).toEqual({});
    bench.mark(claim, true);
    expect(bench.offsets()).toEqual({ 'in:0': 5 });
    bench.admit({ ...claim, producerEpoch: 1 });
    bench.stage({ ...claim, producerEpoch: 1 }, 9);
    bench.mark({ ...claim, producerEpoch: 1 }, false);
    expect(bench.offsets()).toEqual({ 'in:0': 5 });
    expect(bench.machine.groups.get('g')?.pending.size).toBe(0);
  });

  it('that come after their marker are refused, and a delayed commit does not hit a later transaction', async () => {
    const bench = new Transactional();
    const [first, second] = [0, 1].map((producerEpoch) => ({ producerId: 1, producerEpoch })) as [
      { producerId: number; producerEpoch: number },
      { producerId: number; producerEpoch: number },
    ];
    bench.mark(first, false);
    await bench.restart();
    expect(bench.stage(first, 3)).toBe('PRODUCER_FENCED');
    expect(bench.admit(first)).toBe('PRODUCER_FENCED');
    bench.admit(second);
    bench.stage(second, 8);
    bench.mark(first, true);
    expect(bench.offsets()).toEqual({});
    bench.mark(second, true);
    bench.mark(second, false);
    expect(bench.offsets()).toEqual({ 'in:0': 8 });
  });

  it('of a producer that keeps its epoch are told apart by the rounds', () => {
    const bench = new Transactional();
    const claim = { producerId: 1, producerEpoch: 0 };
    bench.admit({ ...claim, round: 0 });
    bench.stage(claim, 5);
    bench.mark({ ...claim, round: 0 }, false);
    expect(bench.stage(claim, 6)).toBe('PRODUCER_FENCED');
    bench.admit({ ...claim, round: 1 });
    expect(bench.admit({ ...claim, round: 0 })).toBe('PRODUCER_FENCED');
    bench.stage(claim, 7);
    bench.mark({ ...claim, round: 0 }, true);
    expect(bench.offsets()).toEqual({});
    bench.mark({ ...claim, round: 1 }, true);
    expect(bench.offsets()).toEqual({ 'in:0': 7 });
  });

  it('are given up with the transaction of a member that no longer reads the partition', () => {
    const bench = new Transactional();
    bench.join('a', { streams: ['in'] });
    bench.assign({ in: 1 });
    const epoch = bench.epoch('a');
    bench.admit({ producerId: 1, producerEpoch: 0 });
    const staged = {
      kind: 'stage-offsets',
      group: 'g',
      producerId: 1,
      producerEpoch: 0,
      offsets: entries({ 'in:0': 1 }),
    } as const;
    expect(bench.code({ ...staged, by: { member: 'a', epoch } })).toBe('changed');
    bench.run({ kind: 'expire-members', group: 'g', members: ['a'] });
    expect(bench.code({ ...staged, by: { member: 'a', epoch } })).toBe('MEMBER_UNKNOWN');
    bench.join('b', { streams: ['in'] });
    bench.join('c', { streams: ['in'] });
    bench.assign({ in: 1 });
    const loser = bench.assigned('b').length === 0 ? 'b' : 'c';
    expect(bench.code({ ...staged, by: { member: loser, epoch: bench.epoch(loser) } })).toBe('STALE_MEMBER');
  });
});
