import { FlowError } from '@flowmesh/base';
import { describe, expect, it } from 'vitest';
import { caller } from '../fake-cluster.ts';
import type { LeasedJob } from '../../../src/services/queue/leased-job.ts';
import { payloads, QueueBench, receiptOf, text } from './queue-bench.ts';

describe('enqueue', () => {
  it('stores jobs in the shard that was named and tells their numbers', async () => {
    const bench = new QueueBench();
    const [, second] = bench.queue('mail', { shards: 2 });
    const answer = await bench.enqueue('mail', [text('a'), text('b')], { shard: 1 });
    expect(answer).toMatchObject({ shard: 1, results: [{ kind: 'enqueued', seq: 1 }, { seq: 2 }] });
    expect(second?.machine.stats().ready).toBe(2);
  });

  it('answers a repeated request with the first result and stores nothing', async () => {
    const bench = new QueueBench();
    const [shard] = bench.queue('mail');
    const first = await bench.enqueue('mail', [text('a')], { requestId: 'once' });
    const again = await bench.enqueue('mail', [text('a')], { requestId: 'once' });
    expect(again).toEqual(first);
    expect(shard?.machine.stats().ready).toBe(1);
  });

  it('counts delays by the clock of the leader, whatever its wall clock does meanwhile', async () => {
    const bench = new QueueBench();
    bench.queue('mail');
    await bench.enqueue('mail', [{ ...text('later'), delayMs: 10_000 }]);
    bench.time.wall += 3_600_000;
    bench.time.advance(5_000);
    expect(await bench.receive('mail')).toEqual([]);
    bench.time.advance(6_000);
    expect(payloads(await bench.receive('mail'))).toEqual(['later']);
  });

  it.each([
    [{ priority: 10 }, 'jobs[0].priority'],
    [{ delayMs: 400 * 24 * 3_600_000 }, 'jobs[0].delay_ms'],
    [{ delayMs: 1, notBeforeMs: 5 }, 'jobs[0].delay_ms'],
    [{ key: new Uint8Array(2_000) }, 'jobs[0].key'],
    [{ dedupId: 'x'.repeat(300) }, 'jobs[0].dedup_id'],
    [{ attemptsMax: 0 }, 'jobs[0].attempts_max'],
    [{ headers: [{ name: 'h', value: new Uint8Array(70_000) }] }, 'jobs[0].headers'],
  ])('refuses %o with the name of the field', async (job, field) => {
    const bench = new QueueBench();
    bench.queue('mail');
    expect(await bench.enqueue('mail', [job])).toMatchObject({
      code: 'INVALID_ARGUMENT',
      details: { field },
    });
  });

  it('refuses payloads that the queue does not take, by its configuration from the first command on', async () => {
    const bench = new QueueBench();
    bench.queue('mail', { config: { 'max.message.bytes': '3' } });
    expect(await bench.enqueue('mail', [text('long')])).toMatchObject({ code: 'BATCH_TOO_LARGE' });
  });

  it('names the leader where another node leads the shard, and what to create where there is no such queue', async () => {
    const bench = new QueueBench();
    const [shard] = bench.queue('mail');
    shard?.depose();
    if (shard !== undefined) bench.leaders.set(shard.group, 2, 3);
    expect(await bench.enqueue('mail', [text('a')])).toMatchObject({
      code: 'NOT_LEADER',
      details: { leader: '127.0.0.1:5001' },
    });
    expect(await bench.enqueue('post', [text('a')])).toMatchObject({
      code: 'NOT_FOUND',
      hint: 'Create it: flowmesh queue create post',
    });
  });

  it('gives the bytes under way back when it is answered', async () => {
    const bench = new QueueBench();
    bench.queue('mail');
    await bench.enqueue('mail', [text('a')]);
    expect(bench.caller.inFlight.usedBytes).toBe(0);
  });
});

describe('receive', () => {
  it('waits for a job and answers with the first one, payload and all', async () => {
    const bench = new QueueBench();
    bench.queue('mail');
    const waiting = bench.polling('mail', { waitMs: 5_000 });
    bench.time.advance(2_000);
    await bench.enqueue('mail', [{ ...text('a'), headers: [{ name: 'h', value: Buffer.from('v') }] }]);
    const [delivered] = await bench.settled(waiting);
    expect(delivered?.meta).toMatchObject({ state: 'leased', attempts: 1, lease: { worker: 'w' } });
    expect(delivered?.body.headers).toEqual([{ name: 'h', value: Uint8Array.from([118]) }]);
  });

  it('on an empty queue answers empty when time is up, writes nothing and leaves nobody behind', async () => {
    const bench = new QueueBench();
    const [shard] = bench.queue('mail');
    const before = shard?.entries.length;
    const waiting = bench.polling('mail', { waitMs: 1_000 });
    bench.time.advance(1_500);
    expect(await bench.settled(waiting)).toEqual([]);
    expect(shard?.entries.length).toBe(before);
    await bench.enqueue('mail', [text('a')]);
    expect(shard?.machine.stats()).toMatchObject({ ready: 1, leased: 0 });
  });

  it('of a caller that goes while its job is being leased gives the job back, without counting an attempt', async () => {
    const bench = new QueueBench();
    const [shard] = bench.queue('mail');
    if (shard === undefined) throw new Error('no shard');
    await bench.enqueue('mail', [text('a')]);
    const gone = new AbortController();
    shard.autoCommit = false;
    const waiting = bench.polling('mail', { waitMs: 5_000 }, { signal: gone.signal });
    const outcome = expect(waiting).rejects.toMatchObject({ code: 'CANCELLED' });
    bench.time.settle();
    gone.abort();
    shard.autoCommit = true;
    shard.commit();
    await outcome;
    await bench.idle();
    const [again] = await bench.receive('mail');
    expect(again?.meta.attempts).toBe(1);
  });

  it('takes from whichever shard has a job, and from one of them only', async () => {
    const bench = new QueueBench();
    const shards = bench.queue('mail', { shards: 3 });
    const waiting = bench.polling('mail', { waitMs: 5_000, max: 1 }, { shard: undefined });
    await bench.enqueue('mail', [text('a')], { shard: 2 });
    await bench.enqueue('mail', [text('b')], { shard: 1 });
    expect(payloads(await bench.settled(waiting))).toEqual(['a']);
    expect(shards.map(({ machine }) => machine.stats().leased)).toEqual([0, 0, 1]);
  });

  it('is not left in the lurch by a shard whose lease finds nothing: the others are asked', async () => {
    const bench = new QueueBench();
    const [first, second] = bench.queue('mail', { shards: 2 });
    if (first === undefined || second === undefined) throw new Error('no shards');
    await bench.enqueue('mail', [text('a')], { shard: 0 });
    first.autoCommit = false;
    const waiting = bench.polling('mail', { waitMs: 5_000, max: 1 }, { shard: undefined });
    bench.time.settle();
    const rival = bench.polling('mail', { max: 1 }, { shard: 0 });
    bench.time.settle();
    await bench.enqueue('mail', [text('b')], { shard: 1 });
    first.autoCommit = true;
    first.commit();
    const both = [...payloads(await bench.settled(waiting)), ...payloads(await bench.settled(rival))];
    expect(both).toEqual(['a']);
    expect(payloads(await bench.receive('mail', {}, { shard: 1 }))).toEqual(['b']);
  });

  it('refuses more waiting receivers than the node holds', async () => {
    const bench = new QueueBench(1);
    bench.queue('mail');
    const waiting = bench.polling('mail', { waitMs: 1_000 });
    await expect(bench.polling('mail', { waitMs: 1_000 })).rejects.toMatchObject({ code: 'OVERLOADED' });
    bench.time.advance(1_500);
    await bench.settled(waiting);
    expect(await bench.receive('mail')).toEqual([]);
  });

  it('ends with NOT_LEADER when the shard is lost, and not with a job', async () => {
    const bench = new QueueBench();
    const [shard] = bench.queue('mail');
    const waiting = bench.polling('mail', { waitMs: 5_000 });
    if (shard !== undefined) bench.leaders.set(shard.group, 2, 3);
    shard?.depose();
    await expect(waiting).rejects.toMatchObject({ code: 'NOT_LEADER' });
  });
});

describe('leases', () => {
  it('that ran out are expired by the leader, and acknowledged too late are stale', async () => {
    const bench = new QueueBench();
    bench.queue('mail');
    await bench.enqueue('mail', [text('a')]);
    const late = await bench.receive('mail', { visibilityMs: 1_000 });
    bench.time.advance(2_000);
    const again = await bench.receive('mail');
    expect(again[0]?.meta.attempts).toBe(2);
    expect(await bench.ack('mail', late)).toEqual([{ kind: 'stale' }]);
    expect(await bench.ack('mail', again)).toEqual([{ kind: 'done' }]);
    expect(await bench.ack('mail', again)).toEqual([{ kind: 'gone' }]);
  });

  it('are extended, and attempts that are used up make a dead letter of an empty payload too', async () => {
    const bench = new QueueBench();
    const [shard] = bench.queue('mail', { config: { 'attempts.max': '1' } });
    await bench.enqueue('mail', [text('')]);
    const [held] = await bench.receive('mail', { visibilityMs: 1_000 });
    const items = [{ ...receiptOf(held as LeasedJob), visibilityMs: 10_000 }];
    expect(await bench.settle('mail', { kind: 'extend', items })).toMatchObject([{ kind: 'extended' }]);
    bench.time.advance(5_000);
    expect(shard?.machine.stats().leased).toBe(1);
    bench.time.advance(6_000);
    expect(shard?.machine.stats()).toMatchObject({ leased: 0, dead: 1 });
  });

  it("outlive the leadership of their node: attempts and deadlines are the shard's", async () => {
    const bench = new QueueBench();
    const [shard] = bench.queue('mail');
    await bench.enqueue('mail', [text('a')]);
    const held = await bench.receive('mail', { visibilityMs: 10_000 });
    shard?.depose();
    shard?.lead();
    bench.time.settle();
    expect(await bench.receive('mail')).toEqual([]);
    expect(await bench.ack('mail', held)).toEqual([{ kind: 'done' }]);
  });
});

describe('work', () => {
  it('pushes as far as credit reaches, from shards that the node leads now and later', async () => {
    const bench = new QueueBench();
    const [first, second] = bench.queue('mail', { shards: 2 });
    second?.depose();
    const got: LeasedJob[] = [];
    const ended: number[] = [];
    const session = bench.service.work(
      { caller: caller(), queue: 'mail' },
      { peer: '', worker: 'w', visibilityMs: undefined, credit: 2, shards: undefined },
      { jobs: (jobs) => got.push(...jobs), shardEnded: (shard) => ended.push(shard) },
    );
    await bench.enqueue('mail', [text('a'), text('b'), text('c')], { shard: 0 });
    await bench.idle();
    expect(payloads(got)).toEqual(['a', 'b']);
    session.grant(10);
    bench.time.settle();
    second?.lead();
    bench.time.settle();
    await bench.enqueue('mail', [text('d')], { shard: 1 });
    await bench.idle();
    expect(payloads(got)).toEqual(['a', 'b', 'c', 'd']);
    first?.depose();
    expect(ended).toEqual([0]);
    expect(session.shards).toEqual([1]);
    session.close();
    expect(bench.service.sessionsOf(bench.catalog.machine.streamByName('queue:mail')?.uuid ?? '').size).toBe(
      0,
    );
  });

  it('of a stream that ends while jobs are being leased gives them back', async () => {
    const bench = new QueueBench();
    const [shard] = bench.queue('mail');
    if (shard === undefined) throw new Error('no shard');
    const got: LeasedJob[] = [];
    const session = bench.service.work(
      { caller: caller(), queue: 'mail' },
      { peer: '', worker: 'w', visibilityMs: undefined, credit: 5, shards: undefined },
      { jobs: (jobs) => got.push(...jobs), shardEnded: () => undefined },
    );
    await bench.enqueue('mail', [text('a')]);
    // The lease is proposed, and not committed, when the worker goes.
    shard.autoCommit = false;
    bench.time.settle();
    session.close();
    shard.autoCommit = true;
    shard.commit();
    await bench.idle();
    bench.time.settle();
    const jobs = [...got, ...(await bench.receive('mail'))];
    expect(payloads(jobs)).toEqual(['a']);
    expect(shard.machine.stats().leased).toBe(1);
  });
});

it('an answer of the machine that refuses the whole command reaches the caller', async () => {
  const bench = new QueueBench();
  bench.queue('mail', { config: { 'max.jobs': '1' } });
  const answer = await bench.enqueue('mail', [text('a'), text('b')]);
  if (answer instanceof FlowError) throw answer;
  expect(answer.results.map(({ kind }) => kind)).toEqual(['enqueued', 'refused']);
});
